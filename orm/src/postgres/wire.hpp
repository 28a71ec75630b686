/// PostgreSQL's binary formats: C++ values to and from the bytes that the server sends and receives.
#pragma once

#include <libpq-fe.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orm/codec.hpp"

namespace orm::postgres {

/// Object identifiers of built-in types (pg_type.dat); they never change.
namespace oid {
inline constexpr Oid boolean = 16, bytea = 17, character = 18, name = 19, int8 = 20, int2 = 21, int4 = 23, text = 25,
                     object = 26, json = 114, float4 = 700, float8 = 701, unknown = 705, bpchar = 1042, varchar = 1043,
                     date = 1082, timestamp = 1114, timestamptz = 1184, interval = 1186, numeric = 1700, jsonb = 3802;
inline constexpr Oid bool_array = 1000, int2_array = 1005, int4_array = 1007, text_array = 1009, varchar_array = 1015,
                     int8_array = 1016, float8_array = 1022, timestamp_array = 1115, date_array = 1182,
                     timestamptz_array = 1185, interval_array = 1187, numeric_array = 1231, json_array = 199,
                     jsonb_array = 3807;
inline constexpr Oid first_user_defined = 16384;
}  // namespace oid

/// Microseconds and days from 1970-01-01 to PostgreSQL's epoch, 2000-01-01.
inline constexpr std::int64_t epoch_micros = 946'684'800'000'000;
inline constexpr std::int32_t epoch_days = 10'957;

template <class Integer>
Integer swapped(Integer value) {
    if constexpr (std::endian::native == std::endian::big || sizeof value == 1) return value;
    if constexpr (sizeof value == 2) return static_cast<Integer>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
    if constexpr (sizeof value == 4) return static_cast<Integer>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
    if constexpr (sizeof value == 8) return static_cast<Integer>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
}

template <class Integer>
void put(std::string& out, Integer value) {
    value = swapped(value);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class Integer>
Integer get(const char* data) {
    Integer value;
    std::memcpy(&value, data, sizeof value);
    return swapped(value);
}

/// The parameter type of a C++ type.
Oid type_of(const TypeInfo& type);
/// Appends the binary form of `value` for a column or parameter of the type `wire`. Throws DataError when it does not
/// fit.
void encode(std::string& out, Oid wire, const TypeInfo& type, const void* value);
void encode_numeric(std::string& out, std::int64_t units, int scale);

/// Decodes a value that is not NULL.
void decode(Oid wire, const char* data, int length, const TypeInfo& type, void* target, std::string_view column);
/// A numeric in units of 10^-scale; false: it has more decimals, or needs more than 64 bits, or is no number.
bool decode_numeric(const char* data, int length, int scale, std::int64_t& units);
std::string numeric_text(const char* data, int length);

/// The parameters of one call as libpq wants them; reused, so that a call allocates nothing.
class ParamBuffer {
  public:
    void encode(std::span<const Param> params);
    int count() const { return static_cast<int>(types_.size()); }
    const Oid* types() const { return types_.data(); }
    const std::vector<Oid>& type_list() const { return types_; }
    const char* const* values() const { return values_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }

  private:
    std::vector<Oid> types_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::vector<std::size_t> offsets_;  ///< into bytes_, or `direct` where the value lies in the caller's memory
    std::string bytes_;
};

}  // namespace orm::postgres
