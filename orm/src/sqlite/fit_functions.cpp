/// What PostgreSQL does when a calculated value is written to a column, or cast, for SQLite, whose columns take
/// anything: a number is rounded to the column's decimals, halves away from zero; what is too large or too long is
/// refused.
///
///     orm_fit_decimal(value, digits, scale, column), orm_fit_integer(value, bytes, column),
///     orm_fit_text(value, characters, column); orm_even(number), which rounds a double as PostgreSQL does
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include "orm/types.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/function_values.hpp"

namespace orm::sqlite {

FifteenDigits fifteen_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.14e", std::abs(value));  // d.dddddddddddddde±xx
    std::int64_t digits = text[0] - '0';
    for (int i = 2; i < 16; ++i) digits = digits * 10 + (text[i] - '0');
    return {value < 0 ? -digits : digits, std::atoi(text + 17) - 14};
}

namespace {

/// A DataError that names the column.
void refuse(sqlite3_context* context, sqlite3_value* column, const std::string& why) {
    data_error(context, std::string(text_of(column)) + ": " + why);
}

/// `value` in units of 10^-scale, rounded; nothing when it has more than 18 digits then.
std::optional<std::int64_t> units_of(double value, int scale) {
    auto [digits, exponent] = fifteen_digits(std::abs(value));
    int shift = exponent + scale;
    if (shift < -15) return 0;
    for (; shift > 0 && digits != 0; --shift) {
        if (digits >= detail::power_of_ten(17)) return std::nullopt;
        digits *= 10;
    }
    if (shift < 0) {
        const std::int64_t divisor = detail::power_of_ten(-shift);
        digits = digits / divisor + (digits % divisor * 2 >= divisor ? 1 : 0);
    }
    return value < 0 ? -digits : digits;
}

bool is_number(sqlite3_value* value) {
    const int type = sqlite3_value_numeric_type(value);
    return type == SQLITE_INTEGER || (type == SQLITE_FLOAT && std::isfinite(sqlite3_value_double(value)));
}

void fit_decimal(sqlite3_context* context, int, sqlite3_value** values) {
    sqlite3_value* value = values[0];
    if (sqlite3_value_type(value) == SQLITE_NULL) return;
    const int digits = sqlite3_value_int(values[1]), scale = sqlite3_value_int(values[2]);
    const auto refused = [&] {
        refuse(context, values[3],
               std::string(text_of(value)) + " does not fit " + std::to_string(digits) + " digits with " +
                   std::to_string(scale) + " decimals");
    };
    if (!is_number(value)) return refused();
    if (sqlite3_value_numeric_type(value) == SQLITE_INTEGER) {
        const std::int64_t whole = sqlite3_value_int64(value), limit = detail::power_of_ten(digits - scale);
        return whole < limit && whole > -limit ? sqlite3_result_int64(context, whole) : refused();
    }
    const std::optional<std::int64_t> units = units_of(sqlite3_value_double(value), scale);
    const std::int64_t limit = detail::power_of_ten(digits);
    if (!units || *units >= limit || *units <= -limit) return refused();
    result_decimal(context, *units, scale);
}

void fit_integer(sqlite3_context* context, int, sqlite3_value** values) {
    sqlite3_value* value = values[0];
    if (sqlite3_value_type(value) == SQLITE_NULL) return;
    const int bytes = sqlite3_value_int(values[1]);
    const auto refused = [&] {
        refuse(context, values[2],
               std::string(text_of(value)) + " does not fit an integer of " + std::to_string(bytes) + " bytes");
    };
    if (!is_number(value)) return refused();
    std::int64_t whole = sqlite3_value_int64(value);
    if (sqlite3_value_numeric_type(value) == SQLITE_FLOAT) {
        const double rounded = std::round(sqlite3_value_double(value));
        if (rounded >= 0x1p63 || rounded < -0x1p63) return refused();
        whole = static_cast<std::int64_t>(rounded);
    }
    const std::int64_t most = std::numeric_limits<std::int64_t>::max() >> (64 - 8 * bytes);
    return whole <= most && whole >= -most - 1 ? sqlite3_result_int64(context, whole) : refused();
}

/// Halves to the even number; a whole number stays what it is.
void even(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) != SQLITE_FLOAT) return sqlite3_result_value(context, values[0]);
    sqlite3_result_double(context, std::nearbyint(sqlite3_value_double(values[0])));
}

/// Blanks that are too many are cut off, as the standard says and PostgreSQL does.
void fit_text(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
    const std::string_view text = text_of(values[0]);
    const auto most = static_cast<std::size_t>(sqlite3_value_int64(values[1]));
    std::size_t characters = 0, end = 0;
    for (; end < text.size(); ++end) {
        const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
        if (begins && characters == most) break;
        characters += begins ? 1 : 0;
    }
    if (text.find_first_not_of(' ', end) != text.npos)
        return refuse(context, values[2], "the text is too long; at most " + std::to_string(most) + " characters fit");
    sqlite3_result_text64(context, text.data(), end, SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace

void add_fit_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto add = [&](const char* name, int arguments, auto* function) {
        sqlite3_create_function_v2(database, name, arguments, flags, nullptr, function, nullptr, nullptr, nullptr);
    };
    add("orm_fit_decimal", 4, fit_decimal);
    add("orm_fit_integer", 3, fit_integer);
    add("orm_fit_text", 3, fit_text);
    add("orm_even", 1, even);
}

}  // namespace orm::sqlite
