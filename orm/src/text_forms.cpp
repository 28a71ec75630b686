#include "text_forms.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <limits>

namespace orm::text_forms {
namespace {

constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::int64_t micros_per_day = 86'400 * micros_per_second;
constexpr std::int64_t first_micros =
    std::chrono::sys_days(std::chrono::January / 1 / 1).time_since_epoch().count() * micros_per_day;
constexpr std::int64_t end_micros =
    std::chrono::sys_days(std::chrono::January / 1 / 10000).time_since_epoch().count() * micros_per_day;

void put(char* out, unsigned value, int width) {
    for (int i = width; i-- > 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes exactly `width` digits off the front of `text`.
bool take(std::string_view& text, std::size_t width, int& value) {
    if (text.size() < width) return false;
    value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (!is_digit(text[i])) return false;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return true;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

bool take_date(std::string_view& text, Date& date) {
    int year = 0, month = 0, day = 0;
    if (!take(text, 4, year) || !take(text, '-') || !take(text, 2, month) || !take(text, '-') || !take(text, 2, day))
        return false;
    date = Date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                std::chrono::day(static_cast<unsigned>(day)));
    return date.ok() && year >= 1;
}

bool take_fraction(std::string_view& text, std::int64_t& micros) {
    std::int64_t unit = micros_per_second / 10;
    std::size_t digits = 0;
    for (; digits < text.size() && is_digit(text[digits]); ++digits, unit /= 10) {
        if (unit == 0 && text[digits] != '0') return false;
        micros += unit * (text[digits] - '0');
    }
    text.remove_prefix(digits);
    return digits > 0;
}

bool take_offset(std::string_view& text, std::int64_t& seconds) {
    if (text.empty() || take(text, 'Z') || take(text, 'z')) return true;
    const int sign = text.front() == '-' ? -1 : 1;
    if (!take(text, '-') && !take(text, '+')) return false;
    int hours = 0, minutes = 0;
    if (!take(text, 2, hours)) return false;
    if (!text.empty()) {
        take(text, ':');
        if (!take(text, 2, minutes)) return false;
    }
    seconds = sign * (hours * 3600 + minutes * 60);
    return hours < 16 && minutes < 60;  // PostgreSQL knows no others
}

}  // namespace

bool in_range(Date date) {
    return date.ok() && date.year() >= std::chrono::year(1) && date.year() <= std::chrono::year(9999);
}

bool in_range(std::int64_t micros) {
    return micros >= first_micros && micros < end_micros;
}

std::size_t write_date(char* out, Date date) {
    put(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    out[4] = '-';
    put(out + 5, static_cast<unsigned>(date.month()), 2);
    out[7] = '-';
    put(out + 8, static_cast<unsigned>(date.day()), 2);
    return 10;
}

std::size_t write_timestamp(char* out, std::int64_t micros) {
    const Timestamp time{std::chrono::microseconds(micros)};
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::int64_t rest = (time - days).count();
    const auto seconds = static_cast<unsigned>(rest / micros_per_second);
    const auto fraction = static_cast<unsigned>(rest % micros_per_second);
    write_date(out, Date(days));
    out[10] = ' ';
    put(out + 11, seconds / 3600, 2);
    out[13] = ':';
    put(out + 14, seconds / 60 % 60, 2);
    out[16] = ':';
    put(out + 17, seconds % 60, 2);
    if (fraction == 0) return 19;
    out[19] = '.';
    put(out + 20, fraction, 6);
    return 26;
}

std::size_t write_decimal(char* out, std::int64_t units, int scale) {
    std::array<char, 24> digits{};
    const auto magnitude = units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), magnitude).ptr;
    const auto count = static_cast<std::size_t>(end - digits.data());
    const auto decimals = static_cast<std::size_t>(scale);
    char* at = out;
    if (units < 0) *at++ = '-';
    if (count > decimals) {
        std::memcpy(at, digits.data(), count - decimals);
        at += count - decimals;
    } else {
        *at++ = '0';
    }
    if (decimals == 0) return static_cast<std::size_t>(at - out);
    *at++ = '.';
    const std::size_t present = std::min(count, decimals);
    std::memset(at, '0', decimals - present);
    at += decimals - present;
    std::memcpy(at, digits.data() + (count - present), present);
    at += present;
    return static_cast<std::size_t>(at - out);
}

bool read_date(std::string_view text, Date& date) {
    return take_date(text, date) && text.empty();
}

namespace {

/// Two digits; more than 99 when they are none.
unsigned pair(const char* text) {
    const unsigned tens = static_cast<unsigned char>(text[0]) - unsigned{'0'},
                   ones = static_cast<unsigned char>(text[1]) - unsigned{'0'};
    return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/// The form that both Django and we write, `YYYY-MM-DD hh:mm:ss[.ffffff]`; false: read it the general way, which also
/// decides what is wrong. Half the time of a row with two timestamps went there.
bool read_usual_timestamp(std::string_view text, std::int64_t& micros) {
    const char* at = text.data();
    if ((text.size() != 19 && text.size() != 26) || at[4] != '-' || at[7] != '-' || at[10] != ' ' || at[13] != ':' ||
        at[16] != ':')
        return false;
    const unsigned century = pair(at), year = pair(at + 2), month = pair(at + 5), day = pair(at + 8),
                   hour = pair(at + 11), minute = pair(at + 14), second = pair(at + 17);
    if (century > 99 || year > 99 || hour > 23 || minute > 59 || second > 59) return false;
    const Date date(std::chrono::year(static_cast<int>(century * 100 + year)), std::chrono::month(month),
                    std::chrono::day(day));
    if (!in_range(date)) return false;
    unsigned fraction = 0;
    if (text.size() == 26) {
        const unsigned first = pair(at + 20), middle = pair(at + 22), last = pair(at + 24);
        if (at[19] != '.' || first > 99 || middle > 99 || last > 99) return false;
        fraction = (first * 100 + middle) * 100 + last;
    }
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    micros = (days * 86'400 + hour * 3600 + minute * 60 + second) * micros_per_second + fraction;
    return true;
}

}  // namespace

bool read_timestamp(std::string_view text, std::int64_t& micros) {
    if (read_usual_timestamp(text, micros)) [[likely]]
        return true;
    Date date;
    int hour = 0, minute = 0, second = 0;
    std::int64_t fraction = 0, offset = 0;
    if (!take_date(text, date) || (!take(text, ' ') && !take(text, 'T'))) return false;
    if (!take(text, 2, hour) || !take(text, ':') || !take(text, 2, minute)) return false;
    if (take(text, ':')) {
        if (!take(text, 2, second)) return false;
        // Without seconds before it PostgreSQL reads 10:00.5 as minutes and seconds.
        if (take(text, '.') && !take_fraction(text, fraction)) return false;
    }
    if (!take_offset(text, offset) || !text.empty()) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second - offset;
    micros = seconds * micros_per_second + fraction;
    return in_range(micros);
}

DecimalFault read_decimal(std::string_view text, int digits, int scale, bool exponent, std::int64_t& units) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
    // Significant digits go to `value`; `power` is the exponent of its last digit. Zeros are only counted until a digit
    // other than zero follows, so that 1.500000… and 0000…1 are read whatever their length.
    std::uint64_t value = 0;
    int power = 0, zeros = 0, kept = 0;
    bool any = false, after_point = false, digit_after_point = false;
    std::size_t i = 0;
    bool overflow = false;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.' && !after_point && any) {
            after_point = true;
            continue;
        }
        if (!is_digit(c)) break;
        any = true;
        if (after_point) digit_after_point = true;
        if (after_point) --power;
        if (c == '0') {
            if (value != 0) ++zeros;
            continue;
        }
        if (kept + zeros + 1 > 19) {
            overflow = true;
            continue;
        }
        kept += zeros + 1;
        for (; zeros > 0; --zeros) value *= 10;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (!any || (after_point && !digit_after_point)) return DecimalFault::malformed;
    if (exponent && i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        if (i < text.size() && text[i] == '+') ++i;
        int shift = 0;
        const auto [end, error] = std::from_chars(text.data() + i, text.data() + text.size(), shift);
        if (error != std::errc{} || shift > 400 || shift < -400) return DecimalFault::malformed;
        i = static_cast<std::size_t>(end - text.data());
        power += shift;
    }
    if (i != text.size()) return DecimalFault::malformed;
    if (overflow) return power + scale < 0 ? DecimalFault::too_many_decimals : DecimalFault::too_large;
    units = 0;
    if (value == 0) return DecimalFault::none;
    int shift = power + zeros + scale;
    if (shift < 0) return DecimalFault::too_many_decimals;
    const auto limit = static_cast<std::uint64_t>(detail::power_of_ten(digits));
    for (; shift > 0; --shift) {
        if (value >= limit) return DecimalFault::too_large;
        value *= 10;
    }
    if (value >= limit) return DecimalFault::too_large;
    units = negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
    return DecimalFault::none;
}

bool fits_numeric(std::string_view number) {
    constexpr std::int64_t most_before = 131'072, most_behind = 16'383;
    constexpr std::int64_t most_exponent = std::numeric_limits<std::int32_t>::max() / 2;
    std::int64_t before = 0, behind = 0, leading_zeros = 0, exponent = 0;
    bool point = false, zero = true;
    std::size_t i = 0;
    for (; i < number.size() && number[i] != 'e' && number[i] != 'E'; ++i) {
        if (number[i] == '.') point = true;
        if (!is_digit(number[i])) continue;
        ++(point ? behind : before);
        if (number[i] != '0') zero = false;
        if (zero) ++leading_zeros;
    }
    if (i < number.size()) {
        if (++i < number.size() && number[i] == '+') ++i;
        if (std::from_chars(number.data() + i, number.data() + number.size(), exponent).ec != std::errc()) return false;
    }
    return exponent < most_exponent && exponent > -most_exponent && behind - exponent <= most_behind &&
           (zero || before - leading_zeros + exponent <= most_before);
}

}  // namespace orm::text_forms
