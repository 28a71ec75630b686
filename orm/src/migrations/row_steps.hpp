// Steps on rows (Run, RunSql, Fill) among a migration's other operations: what they may be separated from.
#pragma once

#include <optional>
#include <string>

#include "orm/migration.hpp"

namespace orm::migrations {

// Whether the operation changes rows, or whatever its author wrote, and may thus work for long: others must not wait
// for a lock meanwhile.
bool works_on_rows(const Operation& operation, bool backward);

// What a Fill of the same field before operation `i`, which makes it required, gave to its rows (Safety::filled).
std::optional<std::string> filled_before(const Migration& migration, std::size_t i, bool backward);

// Whether operation `i` requires, constrains or drops something after a step on rows: rows that others write between
// the two make it fail, each time, or are lost with what it drops. A field that a Fill before it filled is no such
// case: it is filled once more when nobody can write.
bool builds_on_rows(const Migration& migration, std::size_t i, bool backward);
bool builds_on_rows(const Migration& migration, bool backward);  // any of its operations

// The table whose rows an operation changes batch by batch when it is large; empty for all others.
std::string batched_table(const Operation& operation, const std::string& app, const schema::State& state);

}  // namespace orm::migrations
