// Runs migrations on a database, or writes down what it would run.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "migrations/editor.hpp"
#include "migrations/graph.hpp"
#include "orm/migration.hpp"
#include "orm/migration_data.hpp"

namespace orm::migrations {

std::vector<Step> make_plan(const Graph& graph, const std::set<Key>& applied, const Target& target);
// The same with what an interrupted migrator left: undos that it began come first. Throws MigrationError when a
// migration that it began would stay half done.
std::vector<Step> steps_to(Connection& connection, const Graph& graph, const std::set<Key>& applied,
                           const Target& target);

// What stands before each of the steps, in their order: all others in the database, since nothing applied depends on
// it.
std::vector<schema::State> states_before(const Graph& graph, const std::set<Key>& applied,
                                         const std::vector<Step>& steps);

// Runs exactly these steps, as migrate() does.
Report run_steps(Connection& connection, const Registry& registry, const std::vector<Step>& steps,
                 const Options& options);

// Rows inserted, updated and deleted so far: differences count (PostgreSQL: within one transaction).
std::uint64_t rows_written(Connection& connection);

// The states before each operation of a migration, and after the last.
std::vector<schema::State> states_within(const Migration& migration, schema::State before);

// What one operation does to the schema; `from` and `to` in time's direction, `backward` undoes it.
void change_schema(Editor& editor, const Operation& operation, const std::string& app, const schema::State& from,
                   const schema::State& to, Dialect dialect, bool backward);

// Operations that touch rows rather than the schema.
bool is_data(const Operation& operation);

// Whether the tables and columns that an initial migration makes are there already.
bool already_there(Connection& connection, const Migration& migration, const schema::State& before);

// Keeps other migrators out while it lives; reports Event::waiting when it has to wait.
class MigratorLock {
  public:
    MigratorLock(Connection& connection, const Options& options);
    ~MigratorLock();
    MigratorLock(const MigratorLock&) = delete;
    MigratorLock& operator=(const MigratorLock&) = delete;

  private:
    Connection& connection_;
};

// The transaction around a migration. Rolled back unless committed.
class MigrationTransaction {
  public:
    MigrationTransaction(Connection& connection, const Options& options);
    ~MigrationTransaction();
    MigrationTransaction(const MigrationTransaction&) = delete;
    MigrationTransaction& operator=(const MigrationTransaction&) = delete;
    // SQLite: checks foreign keys first, and the whole file where it was `changed`. Throws MigrationError with what it
    // found.
    void commit(bool changed);

  private:
    void finish() noexcept;
    Connection& connection_;
    bool open_ = false;
};

}  // namespace orm::migrations
