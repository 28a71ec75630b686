// A state as one database's tables: join tables spelled out, types resolved, implicit indexes named. Editors work on
// the difference of two such shapes, so every operation, forward and back, is one and the same thing to them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/driver.hpp"
#include "orm/migration_operations.hpp"
#include "orm/schema.hpp"

namespace orm::migrations {

struct Reference {
    std::string table, column;
    bool operator==(const Reference&) const = default;
};

struct ColumnShape {
    std::string field;  // the member's name, by which columns are matched
    std::string name;
    std::string type;  // SQL
    bool null = false;
    bool primary_key = false;
    bool identity = false;
    bool unique = false;
    bool json = false;  // SQLite: a JSON_VALID check
    std::optional<Reference> reference;
    std::optional<std::string> fill;  // SQL that existing rows get where the column becomes required
    bool operator==(const ColumnShape&) const = default;
};

struct IndexShape {
    schema::Index index;
    std::string opclass;  // varchar_pattern_ops of the _like indexes
    bool operator==(const IndexShape&) const = default;
};

struct TableShape {
    std::string table;
    std::vector<ColumnShape> columns;
    std::vector<IndexShape> indexes;  // also the implicit ones; SQLite: also unique_together
    std::vector<schema::Constraint> constraints;
    bool operator==(const TableShape&) const = default;

    const ColumnShape* find(std::string_view field) const;
    const ColumnShape* column(std::string_view name) const;
};

// Keys: "app.model", and "app.model.relation" for join tables.
using Shapes = std::map<std::string, TableShape>;
Shapes shapes_of(const schema::State& state, Dialect dialect);

// Which old key or field became which new one.
struct Renames {
    std::map<std::string, std::string> keys;
    std::map<std::string, std::map<std::string, std::string>> fields;  // by new key: old field -> new field
    std::string key(const std::string& old_key) const;
    std::string field(const std::string& new_key, const std::string& old_field) const;
};
// What `operation` renames between the states (given in the direction of time: from before to after).
Renames renames_of(const Operation& operation, const std::string& app, const schema::State& from,
                   const schema::State& to);
Renames reversed(const Renames& renames);

std::string quote(std::string_view name);
std::string quote_list(const std::vector<std::string>& names);
// "CREATE INDEX ..." ; `concurrently` is PostgreSQL's.
std::string create_index_sql(const TableShape& table, const IndexShape& index, Dialect dialect,
                             bool concurrently = false);
std::string column_sql(const ColumnShape& column, Dialect dialect, bool with_default);
std::string create_table_sql(const TableShape& table, Dialect dialect, const std::string& name);
std::string foreign_key_name(const TableShape& table, const ColumnShape& column);
// Replaces "from" by "to" where it stands in double quotes.
void replace_quoted(std::string& text, const std::string& from, const std::string& to);

}  // namespace orm::migrations
