// Reading and writing a database without structs: every value as text. Queries cast their columns to text themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/driver.hpp"

namespace orm::migrations {

using TextRow = std::vector<std::optional<std::string>>;

// All rows of a query with `columns` (at most 64) text columns. Parameters are bound as text.
std::vector<TextRow> text_rows(Connection& connection, std::string sql, std::size_t columns,
                               const std::vector<std::optional<std::string>>& params = {});
// The first column of the first row; empty when there is none or it is NULL.
std::optional<std::string> text_value(Connection& connection, std::string sql,
                                      const std::vector<std::optional<std::string>>& params = {});
// Runs one statement with text parameters; returns the rows written.
std::uint64_t text_run(Connection& connection, std::string sql,
                       const std::vector<std::optional<std::string>>& params = {});

}  // namespace orm::migrations
