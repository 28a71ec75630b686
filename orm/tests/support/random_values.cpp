#include "random_values.hpp"

#include <bit>
#include <cmath>

namespace orm::test {

namespace {

/// By length, then by bytes: jsonb's order of keys.
struct KeyOrder {
    bool operator()(const std::string& a, const std::string& b) const {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    }
};

std::uint32_t code_point(const std::string& character) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(character[i]));
    };
    if (character.size() == 1) return byte(0);
    std::uint32_t value = byte(0) & (0x7FU >> character.size());
    for (std::size_t i = 1; i < character.size(); ++i) value = value << 6U | (byte(i) & 0x3FU);
    return value;
}

std::string escape(std::uint32_t unit, bool upper) {
    char text[7];
    std::snprintf(text, sizeof text, upper ? "\\u%04X" : "\\u%04x", unit);
    return text;
}

/// As jsonb writes it.
std::string escaped(const std::string& character) {
    static const std::map<std::string, std::string> short_ones = {
        {"\"", "\\\""}, {"\\", "\\\\"}, {"\n", "\\n"}, {"\t", "\\t"}, {"\r", "\\r"}, {"\b", "\\b"}, {"\f", "\\f"}};
    if (const auto found = short_ones.find(character); found != short_ones.end()) return found->second;
    return static_cast<unsigned char>(character[0]) < 0x20 ? escape(code_point(character), false) : character;
}

/// The number without its exponent, with all digits that it is written with.
std::string plain(bool negative, std::string digits, std::int64_t scale) {
    if (scale < 0) digits.append(static_cast<std::size_t>(-scale), '0');
    const auto decimals = static_cast<std::size_t>(std::max<std::int64_t>(scale, 0));
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    std::string whole = digits.substr(0, digits.size() - decimals), rest = digits.substr(digits.size() - decimals);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    const bool zero = digits.find_first_not_of('0') == std::string::npos;
    return (negative && !zero ? "-" : "") + whole + (rest.empty() ? "" : "." + rest);
}

}  // namespace

double Random::real() {
    using Limits = std::numeric_limits<double>;
    static constexpr double edges[] = {0.0,
                                       -0.0,
                                       Limits::denorm_min(),
                                       -Limits::denorm_min(),
                                       Limits::min(),
                                       Limits::max(),
                                       Limits::lowest(),
                                       Limits::epsilon(),
                                       1.0 / 3,
                                       0.1,
                                       Limits::infinity(),
                                       -Limits::infinity(),
                                       9007199254740993.0};
    if (one_in(3)) return edges[between(0, std::ssize(edges) - 1)];
    for (;;) {  // any bits; a subnormal now and then
        std::uint64_t bits = engine_();
        if (one_in(6)) bits &= 0x800FFFFFFFFFFFFFU;
        const auto value = std::bit_cast<double>(bits);
        if (std::isfinite(value)) return value;
    }
}

std::int64_t Random::time_edge() {
    static constexpr std::int64_t edges[] = {
        -62'135'596'800'000'000, 253'402'300'799'999'999, -1, 0, 1, -1'000'001, -1'000'000, -999'999,
        951'868'799'999'999,  // the last microsecond of a leap day
        -946'684'800'000'000};
    return edges[between(0, std::ssize(edges) - 1)];
}

std::string Random::character() {
    static const std::string pieces[] = {"a",  "Z",      " ",      "'", "\"", "\\",         "\n",     "\t",
                                         "\r", "%",      "_",      "{", "}",  ",",          "[",      ":",
                                         "é",  "\u0301", "\u202e", "ש", "🍷",  "\U0010FFFF", "\x7f",   "\x01",
                                         "\b", "\f",     "$",      "?", "1",  ";",          "\u2028", "e"};
    return pieces[between(0, std::ssize(pieces) - 1)];
}

std::string Random::text(std::int64_t longest) {
    std::string result;
    for (std::int64_t n = one_in(16) ? longest : between(0, longest); n > 0; --n) result += character();
    return result;
}

Document Random::document() {
    Document made = value(0);
    if (one_in(8)) {  // as deep as the data layer lets it be, and a little less
        const auto deep = static_cast<std::size_t>(between(100, 480));
        made = {std::string(deep, '[') + made.written + std::string(deep, ']'),
                std::string(deep, '[') + made.kept + std::string(deep, ']')};
    }
    return {blank() + made.written + blank(), made.kept};
}

Document Random::value(int depth) {
    switch (between(0, depth < 4 ? 7 : 4)) {
        case 0: {
            const std::string word = one_in(2) ? "null" : one_in(2) ? "true" : "false";
            return {word, word};
        }
        case 1:
        case 2:
            return number();
        case 3:
        case 4:
            return quoted(text(12));
        case 5: {
            Document array{"[" + blank(), "["};
            for (auto n = between(0, 4); n > 0; --n) {
                const Document element = value(depth + 1);
                array.written += element.written + blank() + (n > 1 ? "," + blank() : "");
                array.kept += element.kept + (n > 1 ? ", " : "");
            }
            return {array.written + "]", array.kept + "]"};
        }
        default:
            return object(depth);
    }
}

Document Random::object(int depth) {
    std::map<std::string, Document, KeyOrder> members;
    std::string written = "{" + blank();
    for (auto n = between(0, 5); n > 0; --n) {
        const std::string key = !members.empty() && one_in(8) ? members.begin()->first : text(4);
        Document name = quoted(key), held = value(depth + 1);
        written += name.written + blank() + ":" + blank() + held.written + blank() + (n > 1 ? "," + blank() : "");
        members[key] = {{}, name.kept + ": " + held.kept};
    }
    std::string kept;
    for (const auto& [key, member] : members) kept += (kept.empty() ? "" : ", ") + member.kept;
    return {written + "}", "{" + kept + "}"};
}

Document Random::quoted(const std::string& text) {
    Document result{"\"", "\""};
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
        const std::string character = text.substr(at, end - at);
        at = end;
        const std::uint32_t code = code_point(character);
        result.kept += escaped(character);
        if (!one_in(4))
            result.written += escaped(character);
        else if (code < 0x10000)
            result.written += escape(code, one_in(2));
        else
            result.written += escape(0xD7C0U + (code >> 10U), one_in(2)) + escape(0xDC00U + (code & 0x3FFU), one_in(2));
    }
    return {result.written + "\"", result.kept + "\""};
}

Document Random::number() {
    const bool negative = one_in(2);
    const auto digits = [&](std::int64_t most) {
        std::string made;
        for (auto n = between(1, most); n > 0; --n) made += static_cast<char>('0' + between(0, 9));
        return made;
    };
    std::string whole = digits(one_in(4) ? 40 : 6);
    if (whole.size() > 1 && whole[0] == '0') whole[0] = '7';
    const std::string fraction = one_in(2) ? digits(one_in(4) ? 30 : 4) : "";
    std::string written = (negative ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
    std::int64_t exponent = 0;
    if (one_in(4)) {
        exponent = one_in(4) ? between(-300, 300) : between(-5, 5);
        written +=
            std::string(one_in(2) ? "e" : "E") + (exponent >= 0 && one_in(2) ? "+" : "") + std::to_string(exponent);
    }
    return {written, plain(negative, whole + fraction, std::ssize(fraction) - exponent)};
}

}  // namespace orm::test
