#include "orm/types.hpp"

#include <cstring>

#include "orm/errors.hpp"
#include "text_forms.hpp"

namespace orm {
namespace {

/// A value as a message shows it: short, whatever was given.
std::string shown(std::string_view text) {
    constexpr std::size_t limit = 60;
    return "'" + std::string(text.substr(0, limit)) + (text.size() > limit ? "…'" : "'");
}

/// The length of the valid UTF-8 sequence at `at`, or 0.
std::size_t sequence_length(const unsigned char* at, std::size_t left) {
    const auto continues = [&](std::size_t i) { return (at[i] & 0xC0U) == 0x80U; };
    const unsigned lead = at[0];
    if (lead >= 0xC2 && lead <= 0xDF) return left >= 2 && continues(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (left < 3 || !continues(1) || !continues(2)) return 0;
        if (lead == 0xE0 && at[1] < 0xA0) return 0;  // overlong
        if (lead == 0xED && at[1] > 0x9F) return 0;  // a surrogate
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (left < 4 || !continues(1) || !continues(2) || !continues(3)) return 0;
        if (lead == 0xF0 && at[1] < 0x90) return 0;  // overlong
        if (lead == 0xF4 && at[1] > 0x8F) return 0;  // beyond U+10FFFF
        return 4;
    }
    return 0;
}

}  // namespace

namespace detail {

std::int64_t parse_decimal(std::string_view text, int digits, int scale) {
    std::int64_t units = 0;
    switch (text_forms::read_decimal(text, digits, scale, false, units)) {
        case text_forms::DecimalFault::none:
            break;
        case text_forms::DecimalFault::malformed:
            throw ValidationError(shown(text) + " is not a decimal number");
        case text_forms::DecimalFault::too_many_decimals:
            throw ValidationError(shown(text) + " has more than " + std::to_string(scale) + " decimals");
        case text_forms::DecimalFault::too_large:
            throw ValidationError(shown(text) + " does not fit a number of " + std::to_string(digits) +
                                  " digits with " + std::to_string(scale) + " decimals");
    }
    return units;
}

std::string format_decimal(std::int64_t units, int scale) {
    char text[text_forms::longest];
    return {text, text_forms::write_decimal(text, units, scale)};
}

std::int64_t check_decimal(std::int64_t units, int digits, int scale) {
    const std::int64_t limit = power_of_ten(digits);
    if (units >= limit || units <= -limit)
        throw ValidationError(format_decimal(units, scale) + " does not fit a number of " + std::to_string(digits) +
                              " digits with " + std::to_string(scale) + " decimals");
    return units;
}

}  // namespace detail

std::string to_string(Timestamp value) {
    const std::int64_t micros = value.time_since_epoch().count();
    if (!text_forms::in_range(micros)) throw ValidationError("a timestamp lies outside of the years 1 to 9999");
    char text[text_forms::longest];
    return {text, text_forms::write_timestamp(text, micros)};
}

std::string to_string(Date value) {
    if (!text_forms::in_range(value)) throw ValidationError("no valid date of the years 1 to 9999");
    char text[text_forms::longest];
    return {text, text_forms::write_date(text, value)};
}

Timestamp parse_timestamp(std::string_view text) {
    std::int64_t micros = 0;
    if (!text_forms::read_timestamp(text, micros))
        throw ValidationError(shown(text) + " is not a timestamp (YYYY-MM-DD HH:MM:SS[.ffffff], years 1 to 9999)");
    return Timestamp(std::chrono::microseconds(micros));
}

Date parse_date(std::string_view text) {
    Date date;
    if (!text_forms::read_date(text, date))
        throw ValidationError(shown(text) + " is not a date (YYYY-MM-DD, years 1 to 9999)");
    return date;
}

std::size_t count_code_points(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101U, highs = 0x8080808080808080U;
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t left = text.size(), count = 0;
    while (left > 0) {
        if (left >= 8) {  // eight ASCII bytes at once, none of them NUL
            std::uint64_t word = 0;
            std::memcpy(&word, at, 8);
            if ((word & highs) == 0 && ((word - ones) & highs) == 0) {
                at += 8, left -= 8, count += 8;
                continue;
            }
        }
        if (*at == 0) throw ValidationError("the text holds a NUL byte at byte " + std::to_string(text.size() - left));
        const std::size_t length = *at < 0x80 ? 1 : sequence_length(at, left);
        if (length == 0) throw ValidationError("the text is not UTF-8 at byte " + std::to_string(text.size() - left));
        at += length, left -= length, ++count;
    }
    return count;
}

}  // namespace orm
