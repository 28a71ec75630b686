/// Migrations: how a database comes to the schema that the models describe, step by step, and back.
///
///     orm::migrations::Registry registry;
///     registry.add(crush_lu::migrations::all());                 // each app lists its own (see below)
///     auto connection = orm::connect(url);
///     orm::migrations::migrate(*connection, registry);           // everything; or {"crush_lu", "0002"}, {"crush_lu",
///     "zero"} for (auto& row : orm::migrations::show(*connection, registry)) ...
///
/// Files of an app: `migrations/0001_initial.cpp` … each define one function in the app's namespace below `migrations`,
/// and `migrations/index.cpp` lists them (makemigrations keeps it up to date):
///
///     namespace crush_lu::migrations {
///     orm::migrations::Migration m0001_initial();                // migrations/0001_initial.cpp
///     std::vector<orm::migrations::Migration> all() { return {m0001_initial()}; }
///     }
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "orm/driver.hpp"
#include "orm/errors.hpp"
#include "orm/migration_operations.hpp"

namespace orm::migrations {

/// A migration that cannot be found, ordered, applied or undone; the message says which and what to do.
class MigrationError : public Error {
    using Error::Error;
};

/// What was asked for names an app, a migration, a model or a field that is not there, or is no name: a mistake on the
/// command line, not in the migrations or the database.
class WrongRequest : public MigrationError {
    using MigrationError::MigrationError;
};

/// Names a migration. A dependency's name may also be "__first__" or "__latest__".
struct Key {
    std::string app;
    std::string name;
    auto operator<=>(const Key&) const = default;
};

struct Migration {
    std::string app;
    std::string name;
    std::vector<Key> dependencies{};
    std::vector<Key> replaces{};  ///< squashed migrations that this one stands for
    bool atomic = true;           ///< false: PostgreSQL runs it outside a transaction (CREATE INDEX CONCURRENTLY)
    std::vector<Operation> operations{};

    Key key() const { return {app, name}; }
    bool initial() const;  ///< depends on no other of its app
};

/// All migrations that a program knows.
class Registry {
  public:
    /// Throws MigrationError when a name is taken.
    void add(std::vector<Migration> migrations);
    void add(Migration migration);
    const std::map<Key, Migration>& migrations() const { return migrations_; }
    bool has_app(std::string_view app) const;
    std::set<std::string> apps() const;
    /// The state that all migrations together build. Throws MigrationError for two leaves, cycles, missing
    /// dependencies.
    schema::State state() const;
    /// Apps whose graph ends in more than one migration, with these.
    std::map<std::string, std::vector<std::string>> conflicts() const;

  private:
    std::map<Key, Migration> migrations_;
};

/// What to migrate to. No app: everything. No name: the app's latest. A name may be any unambiguous prefix ("0002"), or
/// "zero".
struct Target {
    std::string app{};
    std::string name{};
};

/// One migration to be run, in a plan.
struct Step {
    const Migration* migration = nullptr;
    bool backward = false;
};

/// What happens while migrate() runs; all strings live as long as the call. `statement` comes before the database sees
/// it, `ran` after it and after an operation on rows, while the locks of its transaction are still held.
struct Progress {
    enum class Event : std::uint8_t {
        waiting,
        start,
        operation,
        statement,
        ran,
        batch,
        done,
        skipped
    } event = Event::start;
    const Migration* migration = nullptr;
    bool backward = false;
    bool fake = false;
    std::string text;       ///< operation: what it does; statement, ran: its SQL; batch: which model
    std::size_t index = 0;  ///< operation: which of `count`
    std::size_t count = 0;
    std::uint64_t rows = 0;  ///< batch: rows so far; ran: rows that an operation on rows wrote
    std::uint64_t rows_total = 0;
    std::chrono::milliseconds elapsed{0};  ///< done: of the migration; batch: of the operation
};

struct Options {
    bool fake = false;  ///< record only
    /// Record initial migrations whose tables are there already, after verifying them column by column.
    bool fake_initial = false;
    std::function<void(const Progress&)> progress{};
    /// Kinds of operations (see operation_kinds()) that may run although they have no form that lets a large table's
    /// users work, such as "alter_field" for another type.
    std::set<std::string, std::less<>> allow_unsafe{};
    /// With `protect_data`: kinds that may lose what rows hold: "delete_model", "remove_field", "remove_many_to_many";
    /// undoing: "create_model", "add_field", …
    std::set<std::string, std::less<>> allow_data_loss{};
    bool protect_data = false;  ///< refuse to drop tables and columns that have rows
    bool safe = true;           ///< PostgreSQL: large tables are changed without blocking their users
    std::uint64_t large_table_bytes = 32ULL << 20;  ///< smaller ones are changed in the migration's transaction
    /// PostgreSQL: per try. Below the server's deadlock_timeout (1 s), so that a deadlock ends here and not in a
    /// transaction of the site.
    std::chrono::milliseconds lock_timeout{800};
    std::chrono::milliseconds statement_timeout{0};  ///< PostgreSQL: for every statement; 0: none
    /// PostgreSQL: for statements on large tables that keep their users out and must therefore be over at once; 0:
    /// none.
    std::chrono::milliseconds blocking_timeout{5000};
    int lock_tries = 30;                                 ///< with growing pauses
    std::chrono::milliseconds wait_for_others{600'000};  ///< for another migrator to end
    std::size_t batch = 1000;                            ///< rows per batch of data operations
};

struct Report {
    std::vector<Key> applied;
    std::vector<Key> unapplied;
    std::vector<Key> faked;
};

/// What migrate() would do. Throws MigrationError (unknown app or name, two leaves, inconsistent history).
std::vector<Step> plan(Connection& connection, const Registry& registry, const Target& target = {});

/// Runs the plan; each migration is one transaction and is recorded in `django_migrations` in that transaction. Two
/// migrators at once: one waits, then finds nothing left to do. Killed anywhere, the next call completes.
Report migrate(Connection& connection, const Registry& registry, const Target& target = {},
               const Options& options = {});

/// The rows of showmigrations: per app, in order of the graph.
struct HistoryRow {
    std::string app;
    std::string name;
    bool applied = false;
    std::size_t replaces = 0;  ///< how many squashed migrations it stands for
    std::string applied_at;    ///< as the database prints it; empty when not applied
};
std::vector<HistoryRow> show(Connection& connection, const Registry& registry,
                             const std::vector<std::string>& apps = {});

/// sqlmigrate: the statements of one migration, without a database. `name` may be a prefix.
std::string sql_of(const Registry& registry, Dialect dialect, std::string_view app, std::string_view name,
                   bool backward = false);

/// Each migration with its operations, as text; orm/migration_plan.hpp tells what they cost.
std::string describe(const std::vector<Step>& steps);

/// Creates the tables of a state at once, without history (tests, scratch copies).
void create_all(Connection& connection, const schema::State& state);
std::string create_all_sql(Dialect dialect, const schema::State& state);

}  // namespace orm::migrations
