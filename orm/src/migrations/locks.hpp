// What a statement of an editor costs others: which locks it takes, and what it does while it holds them. The tests
// read pg_locks to keep this true (orm/tests/migrations/locks_test.cpp).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "migrations/constraint_names.hpp"
#include "migrations/editor.hpp"

namespace orm::migrations {

struct TableLock {
    std::string table;
    std::string mode;  // as PostgreSQL's LOCK TABLE writes it: "SHARE UPDATE EXCLUSIVE"
    bool operator==(const TableLock&) const = default;
};

enum class Work : std::uint8_t {
    catalogue,  // an instant, whatever the size
    scan,       // reads every row
    index,      // reads every row and builds an index
    rewrite,    // writes the table anew
    rows,       // changes rows
    unknown,    // somebody's own SQL or function
};

struct Cost {
    std::vector<TableLock> locks;  // on tables that are there already; the statement's own table first
    Work work = Work::catalogue;
};

// One operation's statements know of each other: SET NOT NULL does not read what a check has just vouched for.
class Costs {
  public:
    // `from`, `to`: the shapes before and after the operation, in the direction of what is done.
    Costs(Dialect dialect, const Shapes& from, const Shapes& to, const Renames& renames, ConstraintNames& names);
    // Of the next statement.
    Cost next(const Emitted& statement);

  private:
    Cost postgres(const std::string& sql);
    Cost sqlite(const std::string& sql) const;
    Cost alter_table(const std::string& table, const std::string& action);
    // Whether the column, new in this table, has a default that is computed for each row.
    bool differs_by_row(const std::string& table, const std::string& column) const;
    std::string old_type(const std::string& table, const std::string& column) const;
    void add_reference(std::vector<TableLock>& locks, const std::string& table, const std::string& column,
                       const std::string& mode) const;
    void add_constraint_target(std::vector<TableLock>& locks, const std::string& table, const std::string& constraint);
    static void add(std::vector<TableLock>& locks, const std::string& table, const std::string& mode);

    Dialect dialect_;
    const Shapes &from_, &to_;
    Pairing pairing_;
    std::map<std::string, std::string> types_;  // "table.column", by new names -> type before
    std::set<std::string> created_;             // nobody else knows these yet
    std::set<std::string> dropped_;
    std::set<std::string> vouched_;  // "table.column": a valid check says that it is not NULL
    ConstraintNames& names_;
};

// Whether somebody who reads or writes rows would have to wait: "" nobody, "writers", "readers and writers".
std::string who_waits(const std::string& mode);
// Whether an index or a check is computed from a column: PostgreSQL does that anew whenever the column's type changes.
bool computed_from(const TableShape& table, const std::string& column);

}  // namespace orm::migrations
