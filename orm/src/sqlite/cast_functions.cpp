/// Texts read as PostgreSQL's casts read them, or refused: SQLite's own take what they can of any, 12 of "12 apples"
/// and 0 of "hello".
///
///     orm_cast_integer(text, bytes), orm_cast_double(text), orm_cast_decimal(text, digits, scale),
///     orm_cast_bool(text), orm_cast_date(text), orm_cast_time(text): in UTC where the text names no offset
///
/// Of days and times PostgreSQL reads more forms than that of ISO 8601, which is the only one here.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "orm/types.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/function_values.hpp"
#include "text_forms.hpp"

namespace orm::sqlite {
namespace {

void refuse(sqlite3_context* context, std::string_view type, sqlite3_value* text) {
    data_error(context,
               "invalid input syntax for type " + std::string(type) + ": \"" + std::string(text_of(text)) + "\"");
}
void refuse_size(sqlite3_context* context, std::string_view type, sqlite3_value* text) {
    data_error(context, "\"" + std::string(text_of(text)) + "\" is out of range for type " + std::string(type));
}

/// Without the blanks around it.
std::string_view trimmed(sqlite3_value* value) {
    constexpr std::string_view blanks = " \t\n\v\f\r";
    std::string_view text = text_of(value);
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// Without a plus before a number, which std::from_chars does not take.
std::string_view without_plus(std::string_view text) {
    return text.size() > 1 && text[0] == '+' && text[1] != '-' ? text.substr(1) : text;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

void to_integer(sqlite3_context* context, sqlite3_value** values) {
    const int bytes = sqlite3_value_int(values[1]);
    const std::string_view type = bytes == 2 ? "smallint" : bytes == 4 ? "integer" : "bigint";
    const std::string_view text = without_plus(trimmed(values[0]));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::invalid_argument || end != text.data() + text.size())
        return refuse(context, type, values[0]);
    const std::int64_t most = std::numeric_limits<std::int64_t>::max() >> (64 - 8 * bytes);
    if (error != std::errc() || number > most || number < -most - 1) return refuse_size(context, type, values[0]);
    sqlite3_result_int64(context, number);
}

void to_double(sqlite3_context* context, sqlite3_value** values) {
    constexpr std::string_view type = "double precision";
    const std::string_view text = without_plus(trimmed(values[0]));
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::invalid_argument || end != text.data() + text.size())
        return refuse(context, type, values[0]);
    if (std::isnan(number)) return data_error(context, "SQLite has no NaN: it would become NULL");
    const std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
    const bool vanished = number == 0 && mantissa.find_first_of("123456789") != mantissa.npos;
    if (error != std::errc() || vanished) return refuse_size(context, type, values[0]);
    sqlite3_result_double(context, number);
}

/// 0.`digits` * 10^`point`; the first of the digits is none but zero.
struct Written {
    bool negative = false;
    std::string digits;
    std::int64_t point = 0;
};

/// False: it is none.
bool read_written(std::string_view text, Written& number) {
    number.negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    bool any = false, behind = false;
    for (; !text.empty() && (is_digit(text.front()) || (text.front() == '.' && !behind)); text.remove_prefix(1)) {
        const char c = text.front();
        if (c == '.') {
            behind = true;
            continue;
        }
        any = true;
        const bool leading_zero = c == '0' && number.digits.empty();
        if (!leading_zero) number.digits += c;
        if (leading_zero ? behind : !behind) number.point += behind ? -1 : 1;
    }
    if (!any || text.empty()) return any;
    if (text.front() != 'e' && text.front() != 'E') return false;
    text = without_plus(text.substr(1));
    std::int64_t exponent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    number.point += std::clamp(exponent, -most, most);
    return error != std::errc::invalid_argument && end == text.data() + text.size();
}

/// Halves away from zero.
void to_decimal(sqlite3_context* context, sqlite3_value** values) {
    const int digits = sqlite3_value_int(values[1]), scale = sqlite3_value_int(values[2]);
    const std::string_view text = trimmed(values[0]);
    Written number;
    if (!read_written(text, number)) return refuse(context, "numeric", values[0]);
    const std::int64_t kept = number.digits.empty() ? 0 : number.point + scale;
    const bool fits = kept <= digits && text_forms::fits_numeric(text);
    std::int64_t units = 0;
    if (fits) {
        const auto digit = [&](std::int64_t place) {
            const auto index = static_cast<std::size_t>(place);
            return index < number.digits.size() ? number.digits[index] - '0' : 0;
        };
        for (std::int64_t place = 0; place < kept; ++place) units = units * 10 + digit(place);
        if (kept >= 0 && digit(kept) >= 5) ++units;
    }
    if (!fits || units >= detail::power_of_ten(digits))
        return refuse_size(context, "numeric(" + std::to_string(digits) + ", " + std::to_string(scale) + ")",
                           values[0]);
    result_decimal(context, number.negative ? -units : units, scale);
}

/// Any beginning of true, false, yes and no; on, of, off, 1 and 0.
void to_bool(sqlite3_context* context, sqlite3_value** values) {
    std::string text(trimmed(values[0]));
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto begins = [&](std::string_view word) { return !text.empty() && word.starts_with(text); };
    if (begins("true") || begins("yes") || text == "on" || text == "1") return sqlite3_result_int(context, 1);
    if (begins("false") || begins("no") || text == "of" || text == "off" || text == "0")
        return sqlite3_result_int(context, 0);
    refuse(context, "boolean", values[0]);
}

void result(sqlite3_context* context, const char* text, std::size_t length) {
    sqlite3_result_text(context, text, static_cast<int>(length), SQLITE_TRANSIENT);
}

void to_date(sqlite3_context* context, sqlite3_value** values) {
    const std::string_view text = trimmed(values[0]);
    Date day;
    std::int64_t micros = 0;
    if (!text_forms::read_date(text, day) && !text_forms::read_timestamp(text, micros))
        return refuse(context, "date", values[0]);
    result(context, text.data(), 10);  // of a time the day that is written, whatever its offset
}

void to_time(sqlite3_context* context, sqlite3_value** values) {
    const std::string_view text = trimmed(values[0]);
    Date day;
    std::int64_t micros = 0;
    if (text_forms::read_date(text, day))
        micros = Timestamp(std::chrono::sys_days(day)).time_since_epoch().count();
    else if (!text_forms::read_timestamp(text, micros))
        return refuse(context, "timestamp with time zone", values[0]);
    char written[text_forms::longest];
    result(context, written, text_forms::write_timestamp(written, micros));
}

/// NULL in, NULL out.
template <auto Function>
void reading(sqlite3_context* context, int count, sqlite3_value** values) {
    if (!any_null(count, values)) guarded(context, [&] { Function(context, values); });
}

}  // namespace

void add_cast_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto add = [&](const char* name, int arguments, auto* function) {
        sqlite3_create_function_v2(database, name, arguments, flags, nullptr, function, nullptr, nullptr, nullptr);
    };
    add("orm_cast_integer", 2, reading<to_integer>);
    add("orm_cast_double", 1, reading<to_double>);
    add("orm_cast_decimal", 3, reading<to_decimal>);
    add("orm_cast_bool", 1, reading<to_bool>);
    add("orm_cast_date", 1, reading<to_date>);
    add("orm_cast_time", 1, reading<to_time>);
}

}  // namespace orm::sqlite
