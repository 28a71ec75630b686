/// The operators of run-time conditions: what they are called, for which fields they are, and what they make of a text.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "orm/sql.hpp"
#include "predicate_values.hpp"

namespace orm::detail {

enum class Test : std::uint8_t {
    exact,
    iexact,
    contains,
    icontains,
    startswith,
    istartswith,
    endswith,
    iendswith,
    gt,
    gte,
    lt,
    lte,
    in,
    range,
    overlap,
    date,
    year,
    isnull
};

std::optional<Test> test_named(std::string_view name);
sql::Op operator_of(Test test, Kind kind);
/// A ValidationError unless the test is made for fields of this kind.
void check_test(Test test, Kind kind);
/// What a field of that type is compared with.
Stored parse_operand(Test test, const TypeInfo& type, std::string_view text);

inline constexpr std::chrono::year last_year{9999};
/// The first day of a day or a year, and the first one after it: bounds that an index serves.
std::pair<Date, Date> period(Test test, Kind kind, std::string_view value);

}  // namespace orm::detail
