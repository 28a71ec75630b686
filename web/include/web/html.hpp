// Pages from typed components. Markup is a compile-time literal; `{}` takes a value and the place where it stands
// decides how it is escaped. Wrong counts, wrong types and unsafe places do not compile.
//
//   void card(web::Html& out, const Event& event) {
//       out.write<R"(<a class="card" href="/events/{}/">{}</a>)">(event.id, event.title);
//   }
//   out.write<"<ul>{}</ul>">(web::each(events, card));             // lists
//   out.write<"{}">(web::when(events.empty(), [](web::Html& o) { o.write<"<p>None.</p>">(); }));
//   out.write<R"(<input name="q" value="{}" {?checked}>)">(query, is_checked);          // {?literal}: if true
//
// Places: text; quoted attribute; the start of an URL attribute (href, src, action …: scheme checked, "about:invalid"
// otherwise); inside an URL attribute (percent-encoded); <script type="application/json"> (boost::json). Nowhere else:
// not in other scripts, styles, on… or style attributes, unquoted attributes or tag names. `{{` and `}}` are braces.
// In templates write `out.template write<...>`. A layout is a function taking a body: `const std::invocable<Html&>
// auto&`.
#pragma once
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "web/html_plan.hpp"

namespace boost::json {
class value;
}

namespace web {

class Html {
  public:
    // One allocation for pages up to `reserve` bytes.
    explicit Html(std::size_t reserve = 16 * 1024) { text_.reserve(reserve); }

    template <Markup M, class... Args>
    void write(const Args&... args);
    const std::string& str() const& { return text_; }
    std::string str() && { return std::move(text_); }

  private:
    template <html_detail::Place P, class T>
    void put(const T& value);
    void escape(std::string_view text);
    void url(std::string_view text);
    void url_part(std::string_view text);
    void json(const boost::json::value& value);
    void number(long long value);
    void number(unsigned long long value);
    void number(double value);

    std::string text_;
};

namespace html_detail {

template <class T>
concept Text = std::convertible_to<const T&, std::string_view>;
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
                  !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;
template <class T>
concept Scalar = Text<T> || Integer<T> || std::same_as<T, char> || std::floating_point<T>;
template <class T>
inline constexpr bool optional_scalar = false;
template <Scalar T>
inline constexpr bool optional_scalar<std::optional<T>> = true;
template <class T>
concept Component = std::invocable<const T&, Html&>;

template <Place P, class T>
constexpr bool accepts() {
    if constexpr (P == Place::Text) {
        return Scalar<T> || optional_scalar<T> || Component<T>;
    } else if constexpr (P == Place::Attribute) {
        return Scalar<T> || optional_scalar<T>;
    } else if constexpr (P == Place::Url) {
        return Text<T>;
    } else if constexpr (P == Place::UrlPart) {
        return Text<T> || Integer<T>;
    } else if constexpr (P == Place::Json) {
        return !Text<T> && !std::is_arithmetic_v<T> && std::convertible_to<const T&, boost::json::value>;
    } else {
        return std::same_as<T, bool>;  // Flag
    }
}

template <Markup M, class... Args, std::size_t... I>
constexpr bool accepts_all(std::index_sequence<I...>) {
    return (accepts<plan<M>.places[I], Args>() && ...);
}

}  // namespace html_detail

// Whether `out.write<M>(args...)` compiles; for tests of what must not.
template <Markup M, class... Args>
constexpr bool writable() {
    constexpr const auto& plan = html_detail::plan<M>;
    if constexpr (plan.problem != html_detail::Problem::None || plan.count != sizeof...(Args)) {
        return false;
    } else {
        return html_detail::accepts_all<M, std::remove_cvref_t<Args>...>(std::index_sequence_for<Args...>());
    }
}

template <Markup M, class... Args>
void Html::write(const Args&... args) {
    using html_detail::Problem;
    constexpr const auto& plan = html_detail::plan<M>;
    static_assert(plan.problem != Problem::Braces, "web::Html: a lone { or } - write {{ or }} for a brace");
    static_assert(plan.problem != Problem::InTag, "web::Html: a value may not be a tag or attribute name");
    static_assert(plan.problem != Problem::Unquoted, "web::Html: put quotes around the attribute that takes a value");
    static_assert(plan.problem != Problem::Forbidden,
                  "web::Html: no values in on…, style, srcdoc and srcset attributes: they would be code");
    static_assert(plan.problem != Problem::InCode,
                  "web::Html: no values in scripts, styles or comments (only <script type=\"application/json\">)");
    static_assert(plan.problem != Problem::Unfinished, "web::Html: the literal ends inside a tag, comment or script");
    static_assert(plan.problem != Problem::Flag, "web::Html: {?word} stands only inside a tag or quoted attribute");
    if constexpr (plan.problem == Problem::None) {
        static_assert(plan.count == sizeof...(Args), "web::Html: as many values as there are {}");
        if constexpr (plan.count == sizeof...(Args)) {
            static_assert(html_detail::accepts_all<M, Args...>(std::index_sequence_for<Args...>()),
                          "web::Html: a value's type does not fit its place (bool only for {?word}, strings for URLs, "
                          "boost::json::value for JSON, components only in text)");
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                [[maybe_unused]] const auto one = [&]<std::size_t K>(std::integral_constant<std::size_t, K>,
                                                                     const auto& value) {
                    text_.append(plan.text + plan.begin[K], plan.end[K] - plan.begin[K]);
                    if constexpr (plan.places[K] == html_detail::Place::Flag) {
                        if (value) text_.append(plan.text + plan.flag_begin[K], plan.flag_end[K] - plan.flag_begin[K]);
                    } else {
                        put<plan.places[K]>(value);
                    }
                };
                (one(std::integral_constant<std::size_t, I>(), args), ...);
            }
            (std::index_sequence_for<Args...>());
            text_.append(plan.text + plan.begin[plan.count], plan.end[plan.count] - plan.begin[plan.count]);
        }
    }
}

template <html_detail::Place P, class T>
void Html::put(const T& value) {
    using html_detail::Place;
    if constexpr (P == Place::Json) {
        json(value);
    } else if constexpr (P == Place::Url) {
        url(value);
    } else if constexpr (P == Place::UrlPart && html_detail::Text<T>) {
        url_part(value);
    } else if constexpr (html_detail::optional_scalar<T>) {
        if (value) put<P>(*value);
    } else if constexpr (html_detail::Text<T>) {
        escape(value);
    } else if constexpr (std::same_as<T, char>) {
        escape(std::string_view(&value, 1));
    } else if constexpr (std::floating_point<T>) {
        number(static_cast<double>(value));
    } else if constexpr (std::signed_integral<T>) {
        number(static_cast<long long>(value));
    } else if constexpr (std::unsigned_integral<T>) {
        number(static_cast<unsigned long long>(value));
    } else {
        value(*this);
    }
}

// A component that calls `item(out, element)` for each element; both must outlive the write.
template <class Range, class Item>
auto each(const Range& range, const Item& item) {
    return [&range, &item](Html& out) {
        for (const auto& element : range) item(out, element);
    };
}

// A component that is there only if `condition` holds.
template <std::invocable<Html&> Body>
auto when(bool condition, const Body& body) {
    return [condition, &body](Html& out) {
        if (condition) body(out);
    };
}

// A component of its own from a function and its arguments: `web::component(card, event)`.
template <class Function, class... Args>
auto component(const Function& function, const Args&... args) {
    return [&](Html& out) { function(out, args...); };
}

}  // namespace web
