// The table django_migrations: which migrations a database has. Created as Django does, usable by it.
#pragma once

#include <map>
#include <set>
#include <string>

#include "orm/migration.hpp"

namespace orm::migrations {

bool table_exists(Connection& connection, const std::string& table);
void ensure_history(Connection& connection);
std::string history_sql(Dialect dialect);
// Applied migrations with the time, as the database prints it. Empty where the table does not exist.
std::map<Key, std::string> read_history(Connection& connection);
void record(Connection& connection, const Migration& migration);
void unrecord(Connection& connection, const Migration& migration);
std::string record_sql(Dialect dialect, const Key& key);
std::string unrecord_sql(const Key& key);

// The keys, with squashed migrations counted as applied once all that they replace is.
std::set<Key> applied_keys(const std::map<Key, std::string>& history, const Registry& registry);

}  // namespace orm::migrations
