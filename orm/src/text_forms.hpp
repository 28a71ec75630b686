/// Text forms of values, for the drivers: no allocation, no exceptions.
///
///     char text[text_forms::longest];
///     std::size_t length = text_forms::write_timestamp(text, micros);     // "2026-05-01 18:30:00"
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "orm/types.hpp"

namespace orm::text_forms {

inline constexpr std::size_t longest = 40;  ///< no form below needs more bytes

/// False: the year is not one of 1 to 9999.
bool in_range(Date date);
bool in_range(std::int64_t micros);

/// Each returns the length; the value must be in range.
std::size_t write_date(char* out, Date date);
std::size_t write_timestamp(char* out, std::int64_t micros);
std::size_t write_decimal(char* out, std::int64_t units, int scale);

bool read_date(std::string_view text, Date& date);
/// `YYYY-MM-DD[ |T]hh:mm[:ss[.f…]][Z|±hh[:mm]]`; digits after the microseconds must be zero. Without offset: UTC.
bool read_timestamp(std::string_view text, std::int64_t& micros);

enum class DecimalFault { none, malformed, too_many_decimals, too_large };
/// Reads `[-+]digits[.digits]`, and with `exponent` also `e±nn` behind it.
DecimalFault read_decimal(std::string_view text, int digits, int scale, bool exponent, std::int64_t& units);

/// Whether PostgreSQL's numeric has room for a number in that form, with exponent or without: 131072 digits before the
/// point, and 16383 behind it as it is written.
bool fits_numeric(std::string_view number);

}  // namespace orm::text_forms
