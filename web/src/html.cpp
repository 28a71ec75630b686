#include "web/html.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <iterator>

#include "web/http.hpp"
#include "web/url.hpp"

namespace web {
namespace {

template <class Number>
void append_number(std::string& text, Number value) {
    std::array<char, 24> digits;  // NOLINT: written by to_chars
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text.append(digits.data(), end);
}

// Relative, or a scheme that runs nothing. Blanks and control characters are encoded by then, so they hide no scheme.
bool harmless_scheme(std::string_view url) {
    const std::size_t colon = url.find(':');
    if (colon == url.npos || url.find_first_of("/?#") < colon) return true;
    const std::string_view scheme = url.substr(0, colon);
    return iequals(scheme, "http") || iequals(scheme, "https") || iequals(scheme, "mailto") || iequals(scheme, "tel");
}

}  // namespace

void Html::escape(std::string_view text) {
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string_view entity;
        switch (text[i]) {
            case '&':
                entity = "&amp;";
                break;
            case '<':
                entity = "&lt;";
                break;
            case '>':
                entity = "&gt;";
                break;
            case '"':
                entity = "&quot;";
                break;
            case '\'':
                entity = "&#39;";
                break;
            case '\0':
                entity = "\xEF\xBF\xBD";
                break;
            default:
                continue;
        }
        text_.append(text.substr(from, i - from)).append(entity);
        from = i + 1;
    }
    text_.append(text.substr(from));
}

void Html::url(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    for (const char c : text) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\') {
            clean += percent_encode({&c, 1});
        } else {
            clean += c;
        }
    }
    escape(harmless_scheme(clean) ? std::string_view(clean) : std::string_view("about:invalid"));
}

void Html::url_part(std::string_view text) {
    text_ += percent_encode(text);
}

void Html::json(const boost::json::value& value) {
    // `<` would end the script element or open a comment; U+2028/9 are line ends for old script parsers.
    const std::string text = boost::json::serialize(value);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view rest = std::string_view(text).substr(i);
        if (text[i] == '<' || text[i] == '>' || text[i] == '&') {
            fmt::format_to(std::back_inserter(text_), "\\u{:04x}", static_cast<unsigned>(text[i]));
        } else if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
            text_ += text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
            i += 2;
        } else {
            text_ += text[i];
        }
    }
}

void Html::number(long long value) {
    append_number(text_, value);
}
void Html::number(unsigned long long value) {
    append_number(text_, value);
}
void Html::number(double value) {
    append_number(text_, value);
}

}  // namespace web
