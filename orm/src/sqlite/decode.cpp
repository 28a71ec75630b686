#include <charconv>
#include <cmath>
#include <cstdio>

#include "decoding.hpp"
#include "orm/types.hpp"
#include "sqlite/connection.hpp"
#include "text_forms.hpp"

namespace orm::sqlite {
namespace {

using decoding::fail;

std::string_view text_of(const Cell& cell) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(cell.value));
    if (!text) throw OperationalError("SQLite ran out of memory");
    return {text, static_cast<std::size_t>(sqlite3_value_bytes(cell.value))};
}

void read_decimal(std::string_view text, bool exponent, const TypeInfo& type, void* target, std::string_view column) {
    std::int64_t units = 0;
    switch (text_forms::read_decimal(text, type.digits, type.scale, exponent, units)) {
        case text_forms::DecimalFault::none:
            *static_cast<std::int64_t*>(target) = units;
            return;
        case text_forms::DecimalFault::malformed:
            fail(column, "'" + std::string(text.substr(0, 60)) + "' is not a decimal number");
        default:
            fail(column, std::string(text.substr(0, 60)) + " does not fit " + std::to_string(type.digits) +
                             " digits with " + std::to_string(type.scale) + " decimals");
    }
}

/// A double that SQLite made of a decimal: its 15 significant digits are the decimal.
void decode_real_decimal(double value, const TypeInfo& type, void* target, std::string_view column) {
    // Nearly always `value` is the double nearest to a decimal of this scale. A division of exact numbers yields just
    // that double, so equality proves it; printing the digits instead cost more than the rest of the row.
    const auto factor = static_cast<double>(detail::power_of_ten(type.scale));
    const double scaled = value * factor;
    if (std::abs(scaled) < 1e15 && type.scale <= 15) {
        const std::int64_t units = std::llround(scaled);
        const std::int64_t limit = detail::power_of_ten(type.digits);
        if (static_cast<double>(units) / factor == value && units < limit && units > -limit) {
            *static_cast<std::int64_t*>(target) = units;
            return;
        }
    }
    char text[32];
    const int length = std::snprintf(text, sizeof text, "%.15g", value);
    read_decimal({text, static_cast<std::size_t>(length)}, true, type, target, column);
}

void decode_integer_decimal(std::int64_t value, const TypeInfo& type, void* target, std::string_view column) {
    const std::int64_t limit = detail::power_of_ten(type.digits - type.scale);
    if (value >= limit || value <= -limit)
        fail(column, std::to_string(value) + " does not fit " + std::to_string(type.digits) + " digits with " +
                         std::to_string(type.scale) + " decimals");
    *static_cast<std::int64_t*>(target) = value * detail::power_of_ten(type.scale);
}

std::int64_t whole_number(const Cell& cell, std::string_view column) {
    if (cell.stored == SQLITE_INTEGER) return sqlite3_value_int64(cell.value);
    if (cell.stored == SQLITE_FLOAT) {  // SUM() over decimals, say
        const double value = sqlite3_value_double(cell.value);
        if (value == std::floor(value) && std::abs(value) < 9.0e15) return static_cast<std::int64_t>(value);
        fail(column, std::to_string(value) + " is not a whole number");
    }
    if (cell.stored == SQLITE_BLOB) fail(column, "bytes where a whole number is expected");
    fail(column, "'" + std::string(text_of(cell).substr(0, 60)) + "' where a whole number is expected");
}

void decode_number(const Cell& cell, const ColumnPlan& column, void* target) {
    switch (column.type->kind) {
        case Kind::boolean: {
            const std::int64_t value = whole_number(cell, column.name);
            if (value != 0 && value != 1) fail(column.name, std::to_string(value) + " where 0 or 1 is expected");
            *static_cast<bool*>(target) = value == 1;
            return;
        }
        case Kind::duration:
            *static_cast<std::int64_t*>(target) = whole_number(cell, column.name);
            return;
        case Kind::float64:
            if (cell.stored == SQLITE_TEXT || cell.stored == SQLITE_BLOB)
                fail(column.name, "text where a number is expected");
            *static_cast<double*>(target) = sqlite3_value_double(cell.value);
            return;
        case Kind::decimal:
            if (cell.stored == SQLITE_INTEGER)
                return decode_integer_decimal(sqlite3_value_int64(cell.value), *column.type, target, column.name);
            if (cell.stored == SQLITE_FLOAT)
                return decode_real_decimal(sqlite3_value_double(cell.value), *column.type, target, column.name);
            if (cell.stored == SQLITE_BLOB) fail(column.name, "bytes where a decimal is expected");
            return read_decimal(text_of(cell), false, *column.type, target, column.name);
        default:
            decoding::integer(whole_number(cell, column.name), column.type->kind, target, column.name);
    }
}

}  // namespace

void decode_text(std::string_view text, const TypeInfo& type, void* target, std::string_view column) {
    switch (type.kind) {
        case Kind::enumeration:
            return decoding::enumerator(text, *type.choices, target, column);
        case Kind::array:
            return read_array(text, type, target, column);
        case Kind::decimal:
            return read_decimal(text, true, type, target, column);
        case Kind::timestamp:
            if (!text_forms::read_timestamp(text, *static_cast<std::int64_t*>(target)))
                fail(column, "'" + std::string(text.substr(0, 60)) + "' is not a timestamp of the years 1 to 9999");
            return;
        case Kind::date:
            if (!text_forms::read_date(text, *static_cast<Date*>(target)))
                fail(column, "'" + std::string(text.substr(0, 60)) + "' is not a date of the years 1 to 9999");
            return;
        default:
            static_cast<std::string*>(target)->assign(text);
    }
}

void decode_any(const Cell& cell, const ColumnPlan& column, void* target) {
    switch (column.type->kind) {
        case Kind::int64:
        case Kind::boolean:
        case Kind::int16:
        case Kind::int32:
        case Kind::float64:
        case Kind::decimal:
        case Kind::duration:
            return decode_number(cell, column, target);
        default:
            if (cell.stored == SQLITE_BLOB) fail(column.name, "bytes where text is expected");
            return decode_text(text_of(cell), *column.type, target, column.name);
    }
}

}  // namespace orm::sqlite
