#include <limits>

#include "decoding.hpp"
#include "orm/types.hpp"
#include "postgres/wire.hpp"
#include "text_forms.hpp"

namespace orm::postgres {
namespace {

constexpr std::size_t direct = static_cast<std::size_t>(-1);

int checked_length(std::size_t length) {
    if (length > std::numeric_limits<std::int32_t>::max() / 2) throw DataError("a value of more than 1 GB");
    return static_cast<int>(length);
}

Oid element_of(Oid array) {
    switch (array) {
        case oid::bool_array:
            return oid::boolean;
        case oid::int2_array:
            return oid::int2;
        case oid::int4_array:
            return oid::int4;
        case oid::int8_array:
            return oid::int8;
        case oid::float8_array:
            return oid::float8;
        case oid::text_array:
            return oid::text;
        case oid::varchar_array:
            return oid::varchar;
        case oid::numeric_array:
            return oid::numeric;
        case oid::timestamp_array:
            return oid::timestamp;
        case oid::timestamptz_array:
            return oid::timestamptz;
        case oid::date_array:
            return oid::date;
        case oid::interval_array:
            return oid::interval;
        case oid::json_array:
            return oid::json;
        case oid::jsonb_array:
            return oid::jsonb;
        default:
            return 0;
    }
}

[[noreturn]] void fail_type(Oid wire) {
    throw DataError("the column's PostgreSQL type (OID " + std::to_string(wire) + ") is not the type of the member");
}

void encode_integer(std::string& out, Oid wire, std::int64_t value) {
    const auto fits = [&](auto as) {
        if (value < std::numeric_limits<decltype(as)>::min() || value > std::numeric_limits<decltype(as)>::max())
            throw DataError(std::to_string(value) + " does not fit " + std::to_string(sizeof as * 8) + " bits");
        put(out, static_cast<decltype(as)>(value));
    };
    switch (wire) {
        case oid::int2:
            return fits(std::int16_t{});
        case oid::int4:
            return fits(std::int32_t{});
        case oid::int8:
            return put(out, value);
        case oid::numeric:
            return encode_numeric(out, value, 0);
        default:
            fail_type(wire);
    }
}

void encode_array(std::string& out, Oid wire, const TypeInfo& type, const void* vector) {
    const ArrayInfo& array = *type.array;
    if (array.element->kind == Kind::array) throw DataError("an array of arrays cannot be stored on PostgreSQL");
    const Oid element_type = element_of(wire);
    if (element_type == 0) fail_type(wire);
    const std::size_t count = array.size(vector);
    put<std::int32_t>(out, count == 0 ? 0 : 1);      // dimensions
    put<std::int32_t>(out, array.nullable ? 1 : 0);  // whether there may be NULLs
    put<std::uint32_t>(out, element_type);
    if (count == 0) return;
    put<std::int32_t>(out, checked_length(count));
    put<std::int32_t>(out, 1);  // index of the first
    const auto* element = static_cast<const std::byte*>(array.data(vector));
    for (std::size_t i = 0; i < count; ++i, element += array.stride) {
        const void* value = array.nullable ? array.nullable->peek(element) : element;
        const std::size_t start = out.size();
        put<std::int32_t>(out, -1);
        if (!value) continue;
        encode(out, element_type, *array.element, value);
        const std::int32_t length = swapped(static_cast<std::int32_t>(checked_length(out.size() - start - 4)));
        std::memcpy(out.data() + start, &length, sizeof length);
    }
}

}  // namespace

Oid type_of(const TypeInfo& type) {
    switch (type.kind) {
        case Kind::boolean:
            return oid::boolean;
        case Kind::int16:
            return oid::int2;
        case Kind::int32:
            return oid::int4;
        case Kind::int64:
            return oid::int8;
        case Kind::float64:
            return oid::float8;
        case Kind::text:
        case Kind::enumeration:
            return oid::text;
        case Kind::json:
            return oid::jsonb;
        case Kind::decimal:
            return oid::numeric;
        case Kind::timestamp:
            return oid::timestamptz;
        case Kind::date:
            return oid::date;
        case Kind::duration:
            return oid::interval;
        case Kind::array:
            switch (type.array->element->kind) {
                case Kind::boolean:
                    return oid::bool_array;
                case Kind::int16:
                    return oid::int2_array;
                case Kind::int32:
                    return oid::int4_array;
                case Kind::int64:
                    return oid::int8_array;
                case Kind::float64:
                    return oid::float8_array;
                case Kind::text:
                case Kind::enumeration:
                    return oid::text_array;
                case Kind::json:
                    return oid::jsonb_array;
                case Kind::decimal:
                    return oid::numeric_array;
                case Kind::timestamp:
                    return oid::timestamptz_array;
                case Kind::date:
                    return oid::date_array;
                case Kind::duration:
                    return oid::interval_array;
                case Kind::array:
                    break;
            }
            throw DataError("an array of arrays cannot be stored on PostgreSQL");
    }
    return 0;
}

void encode_numeric(std::string& out, std::int64_t units, int scale) {
    // Groups of four decimal digits on both sides of the point, at most five each for 18 digits.
    std::int16_t groups[12];
    int count = 0;
    unsigned __int128 value = units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
    const int fraction_groups = (scale + 3) / 4;
    for (int pad = fraction_groups * 4 - scale; pad > 0; --pad) value *= 10;
    while (value > 0) {
        groups[count++] = static_cast<std::int16_t>(value % 10'000);
        value /= 10'000;
    }
    int first = 0;  // trailing zero groups are not stored
    while (first < count && groups[first] == 0) ++first;
    const int weight = count == 0 ? 0 : count - fraction_groups - 1;
    put(out, static_cast<std::int16_t>(count - first));
    put(out, static_cast<std::int16_t>(weight));
    put(out, static_cast<std::uint16_t>(units < 0 ? 0x4000 : 0));
    put(out, static_cast<std::int16_t>(scale));
    for (int i = count; i-- > first;) put(out, groups[i]);
}

void encode(std::string& out, Oid wire, const TypeInfo& type, const void* value) {
    switch (type.kind) {
        case Kind::boolean:
            if (wire != oid::boolean) fail_type(wire);
            return put<std::uint8_t>(out, *static_cast<const bool*>(value) ? 1 : 0);
        case Kind::int16:
        case Kind::int32:
        case Kind::int64:
            return encode_integer(out, wire, decoding::integer_at(type.kind, value));
        case Kind::float64: {
            const double number = *static_cast<const double*>(value);
            if (wire == oid::float4) return put(out, std::bit_cast<std::uint32_t>(static_cast<float>(number)));
            if (wire != oid::float8) fail_type(wire);
            return put(out, std::bit_cast<std::uint64_t>(number));
        }
        case Kind::text:
            if (wire == oid::jsonb) out += '\1';
            out += *static_cast<const std::string*>(value);
            return;
        case Kind::enumeration:
            out += decoding::enumerator_name(*type.choices, value);
            return;
        case Kind::json:
            if (wire == oid::jsonb) out += '\1';  // the version of jsonb's binary form
            out += *static_cast<const std::string*>(value);
            return;
        case Kind::decimal:
            if (wire != oid::numeric) fail_type(wire);
            return encode_numeric(out, *static_cast<const std::int64_t*>(value), type.scale);
        case Kind::timestamp: {
            const std::int64_t micros = *static_cast<const std::int64_t*>(value);
            if (wire != oid::timestamptz && wire != oid::timestamp) fail_type(wire);
            if (!text_forms::in_range(micros)) throw DataError("a timestamp lies outside of the years 1 to 9999");
            return put(out, micros - epoch_micros);
        }
        case Kind::date: {
            const Date date = *static_cast<const Date*>(value);
            if (wire != oid::date) fail_type(wire);
            if (!text_forms::in_range(date)) throw DataError("no valid date of the years 1 to 9999");
            const auto days = std::chrono::sys_days(date).time_since_epoch().count();
            return put(out, static_cast<std::int32_t>(days) - epoch_days);
        }
        case Kind::duration:
            if (wire != oid::interval) fail_type(wire);
            put(out, *static_cast<const std::int64_t*>(value));
            put<std::int32_t>(out, 0);         // days
            return put<std::int32_t>(out, 0);  // months
        case Kind::array:
            return encode_array(out, wire, type, value);
    }
}

void ParamBuffer::encode(std::span<const Param> params) {
    const std::size_t count = params.size();
    if (values_.capacity() < count + 1) values_.reserve(count + 16);
    types_.resize(count);
    values_.resize(count);
    lengths_.resize(count);
    offsets_.resize(count);
    if (formats_.size() < count) formats_.resize(count, 1);
    bytes_.clear();
    for (std::size_t i = 0; i < count; ++i) {
        const Param& param = params[i];
        types_[i] = type_of(*param.type);
        offsets_[i] = direct;
        values_[i] = nullptr;
        lengths_[i] = 0;
        if (!param.value) continue;
        if (param.type->kind == Kind::text || param.type->kind == Kind::enumeration) {
            const std::string_view text = param.type->kind == Kind::text
                                              ? std::string_view(*static_cast<const std::string*>(param.value))
                                              : decoding::enumerator_name(*param.type->choices, param.value);
            values_[i] = text.empty() ? "" : text.data();
            lengths_[i] = checked_length(text.size());
        } else {
            offsets_[i] = bytes_.size();
            postgres::encode(bytes_, types_[i], *param.type, param.value);
            lengths_[i] = checked_length(bytes_.size() - offsets_[i]);
        }
    }
    for (std::size_t i = 0; i < count; ++i)  // only now: the buffer may have moved
        if (offsets_[i] != direct) values_[i] = bytes_.data() + offsets_[i];
}

}  // namespace orm::postgres
