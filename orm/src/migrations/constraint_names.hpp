// What a PostgreSQL database calls the constraints of single columns: keys, UNIQUE and FOREIGN KEY may have other names
// than ours in tables that were adopted or renamed, so they are looked up. A plan follows its pending renames, so that
// each constraint is looked up where it stands now.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "migrations/shape.hpp"

namespace orm::migrations {

enum class ConstraintKind : char { unique = 'u', foreign_key = 'f', primary_key = 'p' };

class ConstraintNames {
  public:
    // `connection`: null where there is no database; then all have our names.
    explicit ConstraintNames(Connection* connection) : connection_(connection) {}
    // Of the constraint on this column alone; `ours` where the database has none.
    std::string find(const std::string& table, const std::string& column, ConstraintKind kind, const std::string& ours);
    // Says that `operation` was passed: constraints are known by their new tables and columns from here on.
    void follow(const Shapes& before, const Shapes& after, const Renames& renames);

  private:
    using Place = std::tuple<std::string, std::string, ConstraintKind>;  // table, column
    Connection* connection_;
    std::map<Place, std::string> known_;
};

// The name that PostgreSQL gives to "UNIQUE" of a column.
std::string unique_name(const std::string& table, const std::string& column);
// And to "PRIMARY KEY": makeObjectName() cuts the table's part to what leaves 63 bytes, between characters.
std::string primary_key_name(const std::string& table);

}  // namespace orm::migrations
