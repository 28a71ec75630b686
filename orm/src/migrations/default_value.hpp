// Defaults that PostgreSQL computes once when a column is added, and those that it computes for each row, for which it
// writes the table anew: random(), clock_timestamp(), nextval(...).
#pragma once

#include <string_view>

namespace orm::migrations {

// Whether the expression is known to have one value for all rows of a statement: literals, casts and operators, and
// functions such as now(). Unknown functions are taken for those that differ.
bool same_for_all_rows(std::string_view sql);

}  // namespace orm::migrations
