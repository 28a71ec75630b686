/// Fields, values and operators: typed expression templates whose type decides the SQL text. Values are bound
/// parameters.
///
///     using E = MeetupEvent;
///     auto open = f<&E::is_published> && f<&E::event_date> >= orm::now;
///     auto city = f<&E::venue, &Venue::city> == "Remich";          // over a relation: a JOIN
///     auto some = f<&E::event_type>.in(types) || f<&E::title>.icontains("wine");
///
/// A comparison of types that do not go together does not compile; the message names both sides.
#pragma once

#include <initializer_list>
#include <ranges>
#include <string>
#include <vector>

#include "orm/arithmetic.hpp"

namespace orm {

namespace detail {
template <class T>
inline constexpr bool is_text_expression = false;
template <Expression T>
inline constexpr bool is_text_expression<T> = category<remove_optional<typename T::orm_value>>() == Category::text;
}  // namespace detail

/// What every expression can be asked.
template <class D>
struct Fluent {
    constexpr const D& self() const { return static_cast<const D&>(*this); }
    constexpr auto is_null() const { return self() == std::nullopt; }
    constexpr auto is_not_null() const { return self() != std::nullopt; }
    constexpr auto desc() const { return Ordered<D, true>{self()}; }
    constexpr auto asc() const { return Ordered<D, false>{self()}; }

    /// One of the values of a range; the whole range is one parameter. An empty range matches nothing.
    template <std::ranges::input_range Range>
    requires(!std::is_convertible_v<Range, std::string_view>) auto in(const Range& values) const {
        return among<sql::Op::in_array>(values);
    }
    template <class T>
    auto in(std::initializer_list<T> values) const {
        return among<sql::Op::in_array>(values);
    }
    template <std::ranges::input_range Range>
    requires(!std::is_convertible_v<Range, std::string_view>) auto not_in(const Range& values) const {
        return among<sql::Op::not_in_array>(values);
    }
    template <class T>
    auto not_in(std::initializer_list<T> values) const {
        return among<sql::Op::not_in_array>(values);
    }

    /// low <= value <= high
    template <class Low, class High>
    constexpr auto between(const Low& low, const High& high) const {
        return self() >= low && self() <= high;
    }

    /// Text tests; `i` forms ignore case. The text is a value or another expression and taken literally: % and _ have
    /// no meaning.
    template <class Text>
    constexpr auto contains(const Text& text) const {
        return text_test<sql::Op::contains>(text);
    }
    template <class Text>
    constexpr auto icontains(const Text& text) const {
        return text_test<sql::Op::icontains>(text);
    }
    template <class Text>
    constexpr auto starts_with(const Text& text) const {
        return text_test<sql::Op::starts_with>(text);
    }
    template <class Text>
    constexpr auto istarts_with(const Text& text) const {
        return text_test<sql::Op::istarts_with>(text);
    }
    template <class Text>
    constexpr auto ends_with(const Text& text) const {
        return text_test<sql::Op::ends_with>(text);
    }
    template <class Text>
    constexpr auto iends_with(const Text& text) const {
        return text_test<sql::Op::iends_with>(text);
    }
    template <class Text>
    constexpr auto iexact(const Text& text) const {
        return text_test<sql::Op::iexact>(text);
    }

  private:
    template <sql::Op Operator, class Text>
    constexpr auto text_test(const Text& text) const {
        constexpr bool of_text = detail::category<remove_optional<typename D::orm_value>>() == detail::Category::text;
        static_assert(of_text, "orm: contains, starts_with and their kin test text fields");
        if constexpr (std::is_convertible_v<Text, std::string_view>) {
            return Binary<Operator, D, Value<std::string>>(self(),
                                                           Value<std::string>(std::string(std::string_view(text))));
        } else {
            static_assert(detail::is_text_expression<Text>,
                          "orm: contains, starts_with and their kin look for a text: a std::string, or an expression "
                          "that is a text");
            return Binary<Operator, D, Text>(self(), text);
        }
    }
    template <sql::Op Operator, class Range>
    auto among(const Range& values) const {
        using Item = std::decay_t<decltype(*std::ranges::begin(values))>;
        static_assert(detail::Check<D, Item>::value);
        using T = detail::param_type_t<remove_optional<typename D::orm_value>, Item>;
        std::vector<T> items;
        if constexpr (std::ranges::sized_range<Range>) items.reserve(std::ranges::size(values));
        for (const auto& item : values) items.push_back(detail::convert_param<T>(item));
        using Operand = std::conditional_t<std::is_enum_v<T>, Choices<T>, Value<std::vector<T>>>;
        return Binary<Operator, D, Operand>(self(), Operand(std::move(items)));
    }
};

/// The current time, taken once per query run.
struct Now : Fluent<Now> {
    using orm_root = void;
    using orm_outer = Models<>;
    using orm_value = Timestamp;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 1;
    const sql::Expr* describe(sql::Scope& scope) const {
        return scope.tree().param(type_info<Timestamp>, &sql::time_of_run);
    }
    void bind(Params& p) const { p.add(type_info<Timestamp>, p.current_time()); }
};
inline constexpr Now now{};

/// A C++ value as an expression.
template <class T>
constexpr auto value(T v) {
    if constexpr (std::is_convertible_v<T, std::string_view>)
        return Value<std::string>(std::string(std::string_view(v)));
    else if constexpr (detail::is_duration<T> && !std::same_as<T, std::chrono::days>)
        return Value<std::chrono::microseconds>(detail::fixed_duration(v));
    else
        return Value<T>(std::move(v));
}

namespace detail {
template <class E>
std::string portable_sql(const E& expression) {
    sql::Tree tree;
    using Root = typename E::orm_root;
    static_assert(!std::is_void_v<Root>, "orm: an index or check needs a field of its model");
    // A model's description is still being built when its own indexes and checks are rendered: only its name is needed.
    sql::Scope scope(tree);
    return sql::render_portable(*expression.describe(scope));
}
}  // namespace detail

}  // namespace orm
