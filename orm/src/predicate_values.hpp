/// The values of run-time conditions: parsed from text by a field's type, and kept until the query has run.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "orm/reflect.hpp"

namespace orm::detail {

using Stored = std::variant<bool, std::int64_t, double, std::string, Timestamp, Date, std::vector<std::int64_t>,
                            std::vector<std::string>, Json>;

/// Throw ValidationError, saying what is wrong with the text.
std::int64_t parse_integer(std::string_view text);
bool parse_bool(std::string_view text);
Stored parse_value(const TypeInfo& type, std::string_view text);

/// As what a value is bound that was parsed for a field of type `field`.
const TypeInfo& type_of(const Stored& value, const TypeInfo& field);

std::vector<std::string> split(std::string_view text, std::string_view separator);

}  // namespace orm::detail
