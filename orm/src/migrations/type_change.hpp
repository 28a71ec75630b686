// What changing a column's type does on PostgreSQL: https://www.postgresql.org/docs/15/sql-altertable.html. Types are
// written as shapes have them: "varchar(50)", "numeric(6, 2)", "timestamp with time zone".
#pragma once

#include <string>

namespace orm::migrations {

// `TYPE varchar(50)`, for ALTER COLUMN. What does not fit is an error: a text is never cut.
std::string type_change(const std::string& quoted_column, const std::string& from, const std::string& to);

// Whether values are rounded or cut without a word: 1.25 to a decimal with one place, a time to its day.
bool rounds(const std::string& from, const std::string& to);

// Whether the rows stay as they are, so that the change is one of the catalogue only.
bool without_rewrite(const std::string& from, const std::string& to);

}  // namespace orm::migrations
