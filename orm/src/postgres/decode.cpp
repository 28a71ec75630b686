#include <cstdlib>
#include <limits>

#include "decoding.hpp"
#include "orm/types.hpp"
#include "postgres/wire.hpp"
#include "text_forms.hpp"

namespace orm::postgres {
namespace {

using decoding::fail;

[[noreturn]] void fail_type(std::string_view column, Oid wire, const char* expected) {
    fail(column,
         "a value of the PostgreSQL type with OID " + std::to_string(wire) + " where " + expected + " is expected");
}

std::int64_t decode_integer(Oid wire, const char* data, int length, std::string_view column) {
    switch (wire) {
        case oid::int8:
            return get<std::int64_t>(data);
        case oid::int4:
            return get<std::int32_t>(data);
        case oid::int2:
            return get<std::int16_t>(data);
        case oid::object:
            return get<std::uint32_t>(data);
        case oid::numeric: {
            std::int64_t value = 0;
            if (!decode_numeric(data, length, 0, value))
                fail(column, numeric_text(data, length) + " is not a whole number of 64 bits");
            return value;
        }
        default:
            fail_type(column, wire, "a whole number");
    }
}

double decode_float(Oid wire, const char* data, int length, std::string_view column) {
    switch (wire) {
        case oid::float8:
            return std::bit_cast<double>(get<std::uint64_t>(data));
        case oid::float4:
            return static_cast<double>(std::bit_cast<float>(get<std::uint32_t>(data)));
        case oid::numeric:
            return std::strtod(numeric_text(data, length).c_str(), nullptr);
        default:
            return static_cast<double>(decode_integer(wire, data, length, column));
    }
}

std::string_view decode_text(Oid wire, const char* data, int length, std::string_view column, const char* expected) {
    switch (wire) {
        case oid::jsonb:
            return {data + 1, static_cast<std::size_t>(length - 1)};
        case oid::text:
        case oid::varchar:
        case oid::bpchar:
        case oid::character:
        case oid::name:
        case oid::json:
        case oid::unknown:
            break;
        default:
            if (wire < oid::first_user_defined) fail_type(column, wire, expected);  // citext, enums and domains pass
    }
    return {data, static_cast<std::size_t>(length)};
}

void decode_decimal(Oid wire, const char* data, int length, const TypeInfo& type, void* target,
                    std::string_view column) {
    std::int64_t units = 0;
    bool fits = true;
    std::string shown;
    if (wire == oid::numeric) {
        fits = decode_numeric(data, length, type.scale, units);
        if (!fits) shown = numeric_text(data, length);
    } else {
        const std::int64_t whole = decode_integer(wire, data, length, column);
        fits = !__builtin_mul_overflow(whole, detail::power_of_ten(type.scale), &units);
        if (!fits) shown = std::to_string(whole);
    }
    const std::int64_t limit = detail::power_of_ten(type.digits);
    if (!fits || units >= limit || units <= -limit)
        fail(column, (shown.empty() ? detail::format_decimal(units, type.scale) : shown) + " does not fit " +
                         std::to_string(type.digits) + " digits with " + std::to_string(type.scale) + " decimals");
    *static_cast<std::int64_t*>(target) = units;
}

void decode_timestamp(Oid wire, const char* data, void* target, std::string_view column) {
    if (wire != oid::timestamptz && wire != oid::timestamp) fail_type(column, wire, "a timestamp");
    const auto micros = get<std::int64_t>(data);
    if (micros == std::numeric_limits<std::int64_t>::max() || micros == std::numeric_limits<std::int64_t>::min())
        fail(column, "an infinite timestamp");
    std::int64_t value = 0;
    if (__builtin_add_overflow(micros, epoch_micros, &value) || !text_forms::in_range(value))
        fail(column, "a timestamp outside of the years 1 to 9999");
    *static_cast<std::int64_t*>(target) = value;
}

void decode_date(Oid wire, const char* data, void* target, std::string_view column) {
    if (wire != oid::date) fail_type(column, wire, "a date");
    const auto days = get<std::int32_t>(data);
    constexpr std::int32_t enough = 4'000'000;  // ten thousand years; keeps the sum below within 32 bits
    if (days > enough || days < -enough) fail(column, "an infinite date, or one outside of the years 1 to 9999");
    const Date date{std::chrono::sys_days(std::chrono::days(days + epoch_days))};
    if (!text_forms::in_range(date)) fail(column, "a date outside of the years 1 to 9999");
    *static_cast<Date*>(target) = date;
}

void decode_interval(Oid wire, const char* data, void* target, std::string_view column) {
    if (wire != oid::interval) fail_type(column, wire, "an interval");
    if (get<std::int32_t>(data + 12) != 0) fail(column, "an interval of months, which have no fixed length");
    constexpr std::int64_t day = 86'400'000'000;
    std::int64_t micros = 0;
    if (__builtin_mul_overflow(std::int64_t{get<std::int32_t>(data + 8)}, day, &micros) ||
        __builtin_add_overflow(micros, get<std::int64_t>(data), &micros))
        fail(column, "an interval that does not fit 64 bits of microseconds");
    *static_cast<std::int64_t*>(target) = micros;
}

void decode_array(const char* data, int length, const TypeInfo& type, void* vector, std::string_view column) {
    const ArrayInfo& array = *type.array;
    const char* end = data + length;
    array.clear(vector);
    if (length < 12) fail(column, "not an array");
    const auto dimensions = get<std::int32_t>(data);
    const auto element_type = get<Oid>(data + 8);
    if (dimensions == 0) return;
    if (dimensions != 1 || length < 20) fail(column, "an array of " + std::to_string(dimensions) + " dimensions");
    const auto count = get<std::int32_t>(data + 12);
    data += 20;
    for (std::int32_t i = 0; i < count; ++i) {
        if (end - data < 4) fail(column, "not an array");
        const auto size = get<std::int32_t>(data);
        data += 4;
        if (size < 0) fail(column, "the array has a NULL element");
        if (end - data < size) fail(column, "not an array");
        decode(element_type, data, size, *array.element, array.append(vector), column);
        data += size;
    }
}

bool is_array(Oid wire) {
    switch (wire) {
        case oid::bool_array:
        case oid::int2_array:
        case oid::int4_array:
        case oid::int8_array:
        case oid::float8_array:
        case oid::text_array:
        case oid::varchar_array:
        case oid::numeric_array:
        case oid::timestamp_array:
        case oid::timestamptz_array:
        case oid::date_array:
        case oid::interval_array:
        case oid::json_array:
        case oid::jsonb_array:
        case 1021:  // float4[]
        case 1014:  // bpchar[]
        case 1003:  // name[]
            return true;
        default:
            return wire >= oid::first_user_defined;
    }
}

struct Numeric {
    std::int16_t count, weight;
    std::uint16_t sign;
    std::int16_t scale;
    const char* digits;
    int digit(int i) const { return get<std::int16_t>(digits + 2 * i); }
    bool finite() const { return sign == 0 || sign == 0x4000; }
};

Numeric numeric(const char* data) {
    return {get<std::int16_t>(data), get<std::int16_t>(data + 2), get<std::uint16_t>(data + 4),
            get<std::int16_t>(data + 6), data + 8};
}

}  // namespace

bool decode_numeric(const char* data, int length, int scale, std::int64_t& units) {
    const Numeric value = numeric(data);
    if (!value.finite() || length != 8 + 2 * value.count) return false;
    __int128 sum = 0;
    for (int i = 0; i < value.count; ++i) {
        int digit = value.digit(i);
        int power = 4 * (value.weight - i) + scale;
        if (digit == 0) continue;
        for (; power < 0; ++power, digit /= 10)
            if (digit % 10 != 0) return false;
        if (power > 19) return false;
        __int128 term = digit;
        for (; power > 0; --power) term *= 10;
        sum += term;
    }
    if (value.sign != 0) sum = -sum;
    if (sum > std::numeric_limits<std::int64_t>::max() || sum < std::numeric_limits<std::int64_t>::min()) return false;
    units = static_cast<std::int64_t>(sum);
    return true;
}

std::string numeric_text(const char* data, int) {
    const Numeric value = numeric(data);
    if (value.sign == 0xC000) return "NaN";
    if (!value.finite()) return value.sign == 0xF000 ? "-Infinity" : "Infinity";
    std::string text = value.sign != 0 ? "-" : "";
    const auto group = [&](int i) {
        const std::string digits = std::to_string(i >= 0 && i < value.count ? value.digit(i) : 0);
        return std::string(4 - digits.size(), '0') + digits;
    };
    std::string whole;
    for (int i = 0; i <= value.weight; ++i) whole += group(i);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    text += whole.empty() ? "0" : whole;
    if (value.scale == 0) return text;
    std::string fraction;
    for (int i = value.weight + 1; static_cast<int>(fraction.size()) < value.scale; ++i) fraction += group(i);
    return text + "." + fraction.substr(0, static_cast<std::size_t>(value.scale));
}

void decode(Oid wire, const char* data, int length, const TypeInfo& type, void* target, std::string_view column) {
    switch (type.kind) {
        case Kind::boolean:
            if (wire != oid::boolean) fail_type(column, wire, "a boolean");
            *static_cast<bool*>(target) = *data != 0;
            return;
        case Kind::int64:
            if (wire == oid::int8) {
                *static_cast<std::int64_t*>(target) = get<std::int64_t>(data);
                return;
            }
            [[fallthrough]];
        case Kind::int16:
        case Kind::int32:
            return decoding::integer(decode_integer(wire, data, length, column), type.kind, target, column);
        case Kind::float64:
            *static_cast<double*>(target) = decode_float(wire, data, length, column);
            return;
        case Kind::text:
            static_cast<std::string*>(target)->assign(decode_text(wire, data, length, column, "text"));
            return;
        case Kind::json:
            static_cast<std::string*>(target)->assign(decode_text(wire, data, length, column, "a JSON document"));
            return;
        case Kind::enumeration:
            return decoding::enumerator(decode_text(wire, data, length, column, "text"), *type.choices, target, column);
        case Kind::decimal:
            return decode_decimal(wire, data, length, type, target, column);
        case Kind::timestamp:
            return decode_timestamp(wire, data, target, column);
        case Kind::date:
            return decode_date(wire, data, target, column);
        case Kind::duration:
            return decode_interval(wire, data, target, column);
        case Kind::array:
            if (!is_array(wire)) fail_type(column, wire, "an array");
            return decode_array(data, length, type, target, column);
    }
}

}  // namespace orm::postgres
