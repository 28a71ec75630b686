// What a live database holds, read from its catalogues: tables, columns, keys, indexes, checks, in a comparable form.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "migrations/shape.hpp"
#include "orm/driver.hpp"

namespace orm::migrations {

struct LiveColumn {
    std::string name;
    std::string type;
    bool null = false;
    bool identity = false;
    std::string default_sql;
    bool operator==(const LiveColumn&) const = default;
};

struct LiveKey {  // foreign key
    std::string name;
    std::string column;
    Reference target;
    bool deferred = false;
    bool valid = true;
    bool operator==(const LiveKey&) const = default;
};

struct LiveIndex {
    std::string name;
    std::string definition;  // canonical, without names: "UNIQUE btree (a, b DESC) WHERE ..."
    std::vector<std::string> columns;
    bool unique = false;
    bool plain = false;       // columns only: no expression, condition, method, order
    bool constraint = false;  // belongs to a constraint
    bool valid = true;
};

struct LiveCheck {
    std::string name;
    std::string definition;
    bool valid = true;
};

struct LiveTable {
    std::string name;
    std::vector<LiveColumn> columns;
    std::vector<std::string> primary_key;
    std::vector<LiveKey> foreign_keys;
    std::vector<LiveIndex> indexes;
    std::vector<LiveCheck> checks;
    std::vector<std::string> triggers;
    const LiveColumn* find(std::string_view column) const;
};

using LiveSchema = std::map<std::string, LiveTable>;

// All tables, without django_migrations and the databases' own. PostgreSQL: of the schema `schema` ("" = the current
// one).
LiveSchema read_live(Connection& connection, const std::string& schema = {});

// What keeps `there` (null: no such column) from being used as `wanted`: "is missing", "may be NULL"; empty: nothing.
std::string column_problem(const LiveColumn* there, const ColumnShape& wanted);

// One line per fact, sorted; names of constraints and indexes left out where `names` is false.
std::string describe(const LiveSchema& schema, bool names = true);
std::vector<std::string> facts(const LiveTable& table, bool names);

}  // namespace orm::migrations
