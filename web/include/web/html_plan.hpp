// The compile-time half of html.hpp: reads a markup literal once, finds its placeholders and the place of each.
//
//   constexpr const auto& plan = web::html_detail::plan<"<b title=\"{}\">{}</b>">;
//   static_assert(plan.problem == Problem::None && plan.count == 2);
//   static_assert(plan.places[0] == Place::Attribute && plan.places[1] == Place::Text);
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace web {

// A string literal as a template argument; nothing else converts to it.
template <std::size_t N>
struct Markup {
    char text[N]{};
    consteval Markup(const char (&literal)[N]) {
        for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
    }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

namespace html_detail {

enum class Place : std::uint8_t { Text, Attribute, Url, UrlPart, Json, Flag };
enum class Problem : std::uint8_t { None, Braces, InTag, Unquoted, Forbidden, InCode, Unfinished, Flag };

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
constexpr bool same(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != b[i]) return false;
    }
    return true;
}
constexpr bool blank(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

constexpr bool is_url_attribute(std::string_view name) {
    for (std::string_view url :
         {"href", "src", "action", "formaction", "poster", "cite", "data", "ping", "manifest", "background",
          "xlink:href", "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-push-url", "hx-replace-url"}) {
        if (same(name, url)) return true;
    }
    return false;
}
// Values here would be code, or need an escaping of their own.
constexpr bool is_forbidden_attribute(std::string_view name) {
    return same(name, "style") || same(name, "srcdoc") || same(name, "srcset") || same(name.substr(0, 2), "on") ||
           same(name.substr(0, 5), "hx-on") || same(name, "hx-vars") || same(name, "hx-vals");
}

template <std::size_t N>
struct Plan {
    Problem problem = Problem::None;
    std::size_t count = 0;
    char text[N + 1]{};                        // the literal with {{ }} resolved and placeholders taken out
    std::size_t begin[N + 1]{}, end[N + 1]{};  // literal before placeholder k; the last one is the tail
    std::size_t flag_begin[N + 1]{}, flag_end[N + 1]{};
    Place places[N + 1]{};
};

class Scanner {
  public:
    // Where a placeholder would stand now; sets `problem` where none may.
    constexpr Place place(Problem& problem) const {
        switch (state_) {
            case State::Text:
                if (raw_ == Raw::Json) return Place::Json;
                if (raw_ == Raw::Code) problem = Problem::InCode;
                return Place::Text;
            case State::Quoted:
                if (is_forbidden_attribute(attribute_)) problem = Problem::Forbidden;
                if (!is_url_attribute(attribute_)) return Place::Attribute;
                return value_empty_ ? Place::Url : Place::UrlPart;
            case State::BeforeValue:
            case State::Unquoted:
                problem = Problem::Unquoted;
                return Place::Text;
            case State::Comment:
                problem = Problem::InCode;
                return Place::Text;
            default:
                problem = Problem::InTag;
                return Place::Text;
        }
    }
    constexpr bool flag_allowed() const {
        return state_ == State::InTag || (state_ == State::Quoted && !is_url_attribute(attribute_));
    }
    constexpr bool finished() const { return state_ == State::Text && raw_ == Raw::None; }
    constexpr bool in_quotes() const { return state_ == State::Quoted; }
    constexpr void value() { value_empty_ = false; }  // a placeholder was filled here

    constexpr void feed(std::string_view all, std::size_t i) {
        const char c = all[i];
        const std::string_view rest = all.substr(i);
        switch (state_) {
            case State::Text:
                if (raw_ != Raw::None) {
                    if (!closes(rest)) return;
                    raw_ = Raw::None;
                    state_ = State::EndTag;
                } else if (rest.starts_with("<!--")) {
                    state_ = State::Comment;
                    comment_from_ = i + 4;
                } else if (rest.starts_with("<!") || rest.starts_with("</")) {
                    state_ = State::EndTag;
                } else if (c == '<') {  // one that is meant as text must be written &lt;
                    state_ = State::TagName;
                    tag_from_ = i + 1;
                }
                return;
            case State::Comment:
                if (c == '>' && i >= comment_from_ + 2 && all.substr(i - 2, 2) == "--") state_ = State::Text;
                return;
            case State::EndTag:
                if (c == '>') state_ = State::Text;
                return;
            case State::TagName:
                if (!blank(c) && c != '>' && c != '/') return;
                tag_ = all.substr(tag_from_, i - tag_from_);
                state_ = State::InTag;
                if (c == '>') open(all, i);
                return;
            case State::InTag:
                if (c == '>') return open(all, i);
                if (blank(c) || c == '/') return;
                state_ = State::Name;
                name_from_ = i;
                return;
            case State::Name:
            case State::AfterName:
                if (state_ == State::Name && (blank(c) || c == '=' || c == '>' || c == '/')) {
                    attribute_ = all.substr(name_from_, i - name_from_);
                    state_ = State::AfterName;
                }
                if (state_ == State::Name) return;
                if (c == '=') {
                    state_ = State::BeforeValue;
                } else if (c == '>') {
                    open(all, i);
                } else if (c == '/') {
                    state_ = State::InTag;
                } else if (!blank(c)) {
                    state_ = State::Name;
                    name_from_ = i;
                }
                return;
            case State::BeforeValue:
                if (blank(c)) return;
                value_empty_ = true;
                quote_ = c;
                state_ = c == '"' || c == '\'' ? State::Quoted : State::Unquoted;
                if (c == '>') open(all, i);
                return;
            case State::Quoted:
                if (c == quote_) {
                    state_ = State::InTag;
                } else {
                    value_empty_ = false;
                }
                return;
            case State::Unquoted:
                if (c == '>') return open(all, i);
                if (blank(c)) state_ = State::InTag;
                return;
        }
    }

  private:
    enum class State : std::uint8_t {
        Text,
        Comment,
        EndTag,
        TagName,
        InTag,
        Name,
        AfterName,
        BeforeValue,
        Quoted,
        Unquoted
    };
    enum class Raw : std::uint8_t { None, Code, Json };

    constexpr bool closes(std::string_view rest) const {
        return rest.starts_with("</") && same(rest.substr(2, tag_.size()), same(tag_, "script") ? "script" : "style");
    }
    constexpr void open(std::string_view all, std::size_t i) {
        state_ = State::Text;
        if (same(tag_, "style")) raw_ = Raw::Code;
        if (!same(tag_, "script")) return;
        const std::string_view tag = all.substr(tag_from_, i - tag_from_);
        raw_ = tag.find("\"application/json\"") != tag.npos ? Raw::Json : Raw::Code;
    }

    State state_ = State::Text;
    Raw raw_ = Raw::None;
    std::string_view tag_, attribute_;
    std::size_t tag_from_ = 0, name_from_ = 0, comment_from_ = 0;
    char quote_ = 0;
    bool value_empty_ = true;
};

template <std::size_t N>
constexpr Plan<N> make_plan(const Markup<N> literal) {
    // A copy: g++ 12 with -fsanitize=undefined cannot compare a template argument's address in a constant expression.
    const std::string_view all = literal.view();
    Plan<N> plan;
    Scanner scanner;
    std::size_t used = 0;
    for (std::size_t i = 0; i < all.size() && plan.problem == Problem::None; ++i) {
        const char c = all[i];
        if ((c == '{' || c == '}') && i + 1 < all.size() && all[i + 1] == c) {
            scanner.feed(all, i++);
        } else if (c == '{') {
            const std::size_t close = all.find('}', i);
            const bool flag = i + 1 < all.size() && all[i + 1] == '?';
            if (close == all.npos || (!flag && close != i + 1) || (flag && close == i + 2)) {
                plan.problem = Problem::Braces;
                break;
            }
            plan.end[plan.count] = used;
            if (flag) {
                const std::string_view word = all.substr(i + 2, close - i - 2);
                if (!scanner.flag_allowed() ||
                    word.find_first_of(scanner.in_quotes() ? "<>{\"'" : "<>{") != word.npos) {
                    plan.problem = Problem::Flag;
                }
                plan.flag_begin[plan.count] = used;
                for (const char letter : word) plan.text[used++] = letter;
                plan.flag_end[plan.count] = used;
                plan.places[plan.count] = Place::Flag;
            } else {
                plan.places[plan.count] = scanner.place(plan.problem);
            }
            scanner.value();
            plan.begin[++plan.count] = used;
            i = close;
            continue;
        } else if (c == '}') {
            plan.problem = Problem::Braces;
        } else {
            scanner.feed(all, i);
        }
        plan.text[used++] = c;
    }
    plan.end[plan.count] = used;
    if (plan.problem == Problem::None && !scanner.finished()) plan.problem = Problem::Unfinished;
    return plan;
}

template <Markup M>
inline constexpr auto plan = make_plan(M);

}  // namespace html_detail
}  // namespace web
