#include "web/url.hpp"

namespace web {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decode_text(std::string_view text) {
    std::optional<std::string> decoded = percent_decode(text, true);
    if (!decoded) throw HttpError(400, "A percent escape is damaged.");
    if (!is_utf8(*decoded)) throw HttpError(400, "The text is not valid UTF-8.");
    if (decoded->find('\0') != decoded->npos) throw HttpError(400, "The text contains a NUL character.");
    return std::move(*decoded);
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        std::size_t more = 0;
        std::uint32_t point = lead;
        if (lead < 0x80) {
            ++i;
            continue;
        } else if (lead >= 0xC2 && lead <= 0xDF) {
            more = 1;
            point = lead & 0x1FU;
        } else if ((lead & 0xF0U) == 0xE0) {
            more = 2;
            point = lead & 0x0FU;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            more = 3;
            point = lead & 0x07U;
        } else {
            return false;
        }
        if (i + more >= text.size()) return false;
        for (std::size_t k = 1; k <= more; ++k) {
            const auto byte = static_cast<unsigned char>(text[i + k]);
            if ((byte & 0xC0U) != 0x80) return false;
            point = (point << 6U) | (byte & 0x3FU);
        }
        if (more == 2 && (point < 0x800 || (point >= 0xD800 && point <= 0xDFFF))) return false;
        if (more == 3 && (point < 0x10000 || point > 0x10FFFF)) return false;
        i += more + 1;
    }
    return true;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            result += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            result += plus_is_space && text[i] == '+' ? ' ' : text[i];
        }
    }
    return result;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    result.reserve(text.size());
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            result += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            result += '%';
            result += digits[byte >> 4U];
            result += digits[byte & 15U];
        }
    }
    return result;
}

Params parse_urlencoded(std::string_view text) {
    Params params;
    while (!text.empty()) {
        const std::size_t end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        if (pair.empty()) continue;
        if (params.size() == max_parameters) throw HttpError(400, "Too many fields.");
        const std::size_t equals = pair.find('=');
        params.add(decode_text(pair.substr(0, equals)),
                   equals == pair.npos ? std::string() : decode_text(pair.substr(equals + 1)));
    }
    return params;
}

std::string build_query(const Params& params) {
    std::string text;
    for (const auto& [name, value] : params) {
        if (!text.empty()) text += '&';
        text += percent_encode(name) + "=" + percent_encode(value);
    }
    return text;
}

Params parse_cookies(std::string_view header) {
    Params cookies;
    while (!header.empty() && cookies.size() < max_parameters) {
        const std::size_t end = header.find(';');
        const std::string_view pair = trim(header.substr(0, end));
        header.remove_prefix(end == header.npos ? header.size() : end + 1);
        const std::size_t equals = pair.find('=');
        if (equals == pair.npos) continue;
        std::string_view value = trim(pair.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        cookies.add(std::string(trim(pair.substr(0, equals))), std::string(value));
    }
    return cookies;
}

bool is_safe_next(std::string_view next) {
    if (next.empty() || next.front() != '/' || next.size() > 2000 || next.starts_with("//")) return false;
    for (const char c : next) {
        // Browsers read a backslash as a slash and drop tabs and line breaks: `/\t/evil.example` leaves the host.
        if (c == '\\' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return false;
    }
    return true;
}

std::string safe_next(std::string_view next, std::string_view otherwise) {
    return std::string(is_safe_next(next) ? next : otherwise);
}

}  // namespace web
