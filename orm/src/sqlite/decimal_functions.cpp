/// Decimals that SQLite calculates, which would do it in doubles: exact, or refused.
///
///     orm_add(a, b), orm_subtract(a, b), orm_multiply(a, b); orm_divide(a, b, scale), rounded to so many decimals;
///     orm_modulo(a, b), the rest of a division, with a's sign; orm_sum(a), orm_avg(a), over a window, too;
///     orm_divisor(b): b, unless it is zero; orm_decimal_text(a, scale), orm_bool_text(a), orm_float_text(a), as
///     PostgreSQL writes them
///
/// A result is what a column would keep: a whole number, or the double nearest to a decimal of at most 15 significant
/// digits, which stands for that decimal.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>

#include "orm/types.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/function_values.hpp"
#include "sqlite/stored_decimal.hpp"

namespace orm::sqlite {
namespace {

__extension__ using Wide = __int128;

/// units / 10^scale
struct Exact {
    Wide units = 0;
    int scale = 0;
};

/// Multiplies by 10^power; false: there is no room.
bool shift(Wide& units, int power) {
    for (; power > 0 && units != 0; --power)
        if (__builtin_mul_overflow(units, Wide{10}, &units)) return false;
    return true;
}
bool align(Exact& a, Exact& b) {
    if (!shift(a.units, b.scale - a.scale) || !shift(b.units, a.scale - b.scale)) return false;
    a.scale = b.scale = std::max(a.scale, b.scale);
    return true;
}

std::optional<Exact> exact_of(double value) {
    // Nearly always it is the double nearest to a decimal of few decimals; a division of exact numbers proves it.
    for (int scale = 0; scale <= 6; ++scale) {
        const auto one = static_cast<double>(detail::power_of_ten(scale));
        const double scaled = value * one;
        if (!(std::abs(scaled) < static_cast<double>(most_with_fraction))) break;
        const std::int64_t units = std::llround(scaled);
        if (static_cast<double>(units) / one == value) return Exact{units, scale};
    }
    if (!std::isfinite(value) || std::abs(value) >= 1e30) return std::nullopt;
    const auto [digits, exponent] = fifteen_digits(value);
    Wide units = digits;
    if (exponent > 0 && !shift(units, exponent)) return std::nullopt;
    int scale = std::max(-exponent, 0);
    for (; scale > 0 && units % 10 == 0; --scale) units /= 10;
    return Exact{units, scale};
}
std::optional<Exact> exact_of(sqlite3_value* value) {
    switch (sqlite3_value_numeric_type(value)) {  // a parameter is a text
        case SQLITE_INTEGER:
            return Exact{sqlite3_value_int64(value), 0};
        case SQLITE_FLOAT:
            return exact_of(sqlite3_value_double(value));
        default:
            return std::nullopt;
    }
}

void refuse(sqlite3_context* context) {
    data_error(context, "a decimal number is calculated of something else, or its result is too large");
}

void result(sqlite3_context* context, Exact value) {
    for (; value.scale > 0 && value.units % 10 == 0; --value.scale) value.units /= 10;
    if (value.scale == 0) {
        if (value.units != static_cast<std::int64_t>(value.units)) return refuse(context);
        return sqlite3_result_int64(context, static_cast<std::int64_t>(value.units));
    }
    if (value.units >= most_with_fraction || value.units <= -most_with_fraction)
        return data_error(context,
                          "a calculated number has more than the 15 significant digits that SQLite keeps exactly in a "
                          "decimal with a fraction");
    const auto units = static_cast<std::int64_t>(value.units);
    if (value.scale <= 18)
        return sqlite3_result_double(
            context, static_cast<double>(units) / static_cast<double>(detail::power_of_ten(value.scale)));
    const std::string text = std::to_string(units) + "e-" + std::to_string(value.scale);
    sqlite3_result_double(context, std::strtod(text.c_str(), nullptr));
}

/// Calls `calculate(a, b)`, which says whether a is the result now; NULL where one is NULL.
template <class Calculate>
void with_both(sqlite3_context* context, sqlite3_value** values, Calculate calculate) {
    if (any_null(2, values)) return;
    std::optional<Exact> a = exact_of(values[0]), b = exact_of(values[1]);
    if (a && b && calculate(*a, *b)) return result(context, *a);
    refuse(context);
}

void add(sqlite3_context* context, int, sqlite3_value** values) {
    with_both(context, values,
              [](Exact& a, Exact& b) { return align(a, b) && !__builtin_add_overflow(a.units, b.units, &a.units); });
}
void subtract(sqlite3_context* context, int, sqlite3_value** values) {
    with_both(context, values,
              [](Exact& a, Exact& b) { return align(a, b) && !__builtin_sub_overflow(a.units, b.units, &a.units); });
}
void multiply(sqlite3_context* context, int, sqlite3_value** values) {
    with_both(context, values, [](Exact& a, Exact& b) {
        a.scale += b.scale;
        return !__builtin_mul_overflow(a.units, b.units, &a.units);
    });
}

/// True where it is zero, which is the statement's error then.
bool refuse_zero(sqlite3_context* context, sqlite3_value* divisor) {
    if (sqlite3_value_type(divisor) == SQLITE_NULL || sqlite3_value_double(divisor) != 0) return false;
    data_error(context, "division by zero");
    return true;
}

void divisor(sqlite3_context* context, int, sqlite3_value** values) {
    if (!refuse_zero(context, values[0])) sqlite3_result_value(context, values[0]);
}

/// Halves away from zero, as PostgreSQL rounds.
void divide(sqlite3_context* context, int, sqlite3_value** values) {
    if (any_null(2, values) || refuse_zero(context, values[1])) return;
    const int scale = sqlite3_value_int(values[2]);
    with_both(context, values, [scale](Exact& a, Exact& b) {
        const int power = b.scale - a.scale + scale;
        if (!shift(a.units, power) || !shift(b.units, -power)) return false;
        const Wide rest = a.units % b.units, size = b.units < 0 ? -b.units : b.units;
        const bool away = (rest < 0 ? -rest : rest) >= size - size / 2;
        const bool negative = (a.units < 0) != (b.units < 0);
        a = {a.units / b.units + (away ? (negative ? -1 : 1) : 0), scale};
        return true;
    });
}

void modulo(sqlite3_context* context, int, sqlite3_value** values) {
    if (any_null(2, values) || refuse_zero(context, values[1])) return;
    with_both(context, values, [](Exact& a, Exact& b) {
        if (!align(a, b)) return false;
        a.units %= b.units;
        return true;
    });
}

/// With exactly so many decimals.
void decimal_text(sqlite3_context* context, int, sqlite3_value** values) {
    if (any_null(1, values)) return;
    std::optional<Exact> value = exact_of(values[0]);
    const int scale = sqlite3_value_int(values[1]);
    if (value && value->scale > scale) {
        Wide one = 1;
        if (!shift(one, value->scale - scale)) return refuse(context);
        const Wide half = value->units < 0 ? -one / 2 : one / 2;
        value = Exact{(value->units + half) / one, scale};
    }
    if (!value || !shift(value->units, scale - value->scale) || value->units != static_cast<std::int64_t>(value->units))
        return refuse(context);
    const std::string text = detail::format_decimal(static_cast<std::int64_t>(value->units), scale);
    sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

void bool_text(sqlite3_context* context, int, sqlite3_value** values) {
    if (any_null(1, values)) return;
    sqlite3_result_text(context, sqlite3_value_int(values[0]) != 0 ? "true" : "false", -1, SQLITE_STATIC);
}

/// The shortest digits, in PostgreSQL's form.
void float_text(sqlite3_context* context, int, sqlite3_value** values) {
    if (any_null(1, values)) return;
    const double value = sqlite3_value_double(values[0]);
    if (std::isinf(value)) return sqlite3_result_text(context, value < 0 ? "-Infinity" : "Infinity", -1, SQLITE_STATIC);
    char text[48];
    const char* end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
    const int exponent = std::atoi(std::find(text, const_cast<char*>(end), 'e') + 1);
    if (exponent >= -4 && exponent < 15)
        end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
    sqlite3_result_text(context, text, static_cast<int>(end - text), SQLITE_TRANSIENT);
}

/// SQLite gives it zeroed, and where it likes: a 128-bit number lies at multiples of 16.
struct Total {
    Exact sum;
    std::int64_t count;
    bool broken;
};
Total* total_of(sqlite3_context* context) {
    std::size_t space = sizeof(Total) + alignof(Total) - 1;
    void* memory = sqlite3_aggregate_context(context, static_cast<int>(space));
    return memory ? static_cast<Total*>(std::align(alignof(Total), sizeof(Total), memory, space)) : nullptr;
}

/// `Sign` -1: the first of the frame's rows leaves it.
template <int Sign>
void step(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
    Total* total = total_of(context);
    if (!total) return sqlite3_result_error_nomem(context);
    total->count += Sign;
    std::optional<Exact> value = exact_of(values[0]);
    if (!value || !align(total->sum, *value) ||
        __builtin_add_overflow(total->sum.units, value->units * Sign, &total->sum.units))
        total->broken = true;
}

template <bool Average>
void answer(sqlite3_context* context) {
    const Total* total = total_of(context);
    if (!total || total->count == 0) return;
    if (total->broken) return refuse(context);
    if (!Average) return result(context, total->sum);
    long double one = static_cast<long double>(total->count);
    for (int i = 0; i < total->sum.scale; ++i) one *= 10;
    sqlite3_result_double(context, static_cast<double>(static_cast<long double>(total->sum.units) / one));
}

}  // namespace

void result_decimal(sqlite3_context* context, std::int64_t units, int scale) {
    result(context, {units, scale});
}

void add_decimal_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto scalar = [&](const char* name, int arguments, auto* function) {
        sqlite3_create_function_v2(database, name, arguments, flags, nullptr, function, nullptr, nullptr, nullptr);
    };
    scalar("orm_add", 2, add);
    scalar("orm_subtract", 2, subtract);
    scalar("orm_multiply", 2, multiply);
    scalar("orm_divide", 3, divide);
    scalar("orm_modulo", 2, modulo);
    scalar("orm_divisor", 1, divisor);
    scalar("orm_decimal_text", 2, decimal_text);
    scalar("orm_bool_text", 1, bool_text);
    scalar("orm_float_text", 1, float_text);
    sqlite3_create_window_function(database, "orm_sum", 1, flags, nullptr, step<1>, answer<false>, answer<false>,
                                   step<-1>, nullptr);
    sqlite3_create_window_function(database, "orm_avg", 1, flags, nullptr, step<1>, answer<true>, answer<true>,
                                   step<-1>, nullptr);
}

}  // namespace orm::sqlite
