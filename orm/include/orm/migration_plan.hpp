/// What migrate() would do to a database, statement by statement, and what that costs the others who use it.
///
///     const auto plan = orm::migrations::explain(*connection, registry);
///     std::cout << orm::migrations::describe(plan);          // migrate --plan
///     std::cout << orm::migrations::script_of(plan);         // migrate --sql
///
/// Nothing is run. Whether a PostgreSQL table is large, and is thus changed the gentle way, is decided as in migrate():
/// by its size now and the options. Constraints have the names that they have in the database, whatever pending
/// operations call their tables and columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orm/migration.hpp"

namespace orm::migrations {

struct PlannedStatement {
    enum class Where : std::uint8_t {
        together,  ///< with the others of its migration, or of its operation, in one transaction
        alone,     ///< in a transaction of its own
        outside,   ///< in none: CREATE INDEX CONCURRENTLY
        batches,   ///< again and again, a batch of rows and a transaction each
    };
    std::string sql;  ///< a comment where a C++ function does the work
    Where where = Where::together;
    std::vector<std::string> locks;  ///< "SHARE on \"shop_item\"", on tables that are there already; SQLite: none
    std::string waits;               ///< who waits for it while it works: "", "writers", "readers and writers"
    std::string work;                ///< "changes the catalogue", "rewrites the table", …
    bool rewrites = false;           ///< the table is written anew
    std::uint64_t bytes = 0;         ///< what it has to read or write: the table with its indexes
    double seconds = 0;              ///< estimate: `bytes` divided by a rate that belongs to the kind of work
};

struct PlannedOperation {
    std::string what;  ///< "Add field venue to meetupevent"
    bool reversible = true;
    bool reversible_with_rows = true;  ///< false: undoing it adds a required field that has no default, to empty tables
    std::string refused;               ///< why migrate() would stop here
    std::vector<PlannedStatement> statements;
};

struct PlannedStep {
    Key key;
    bool backward = false;
    /// false: each operation, or each of its statements, is a transaction of its own; resumed where it was interrupted
    bool one_transaction = true;
    std::vector<PlannedOperation> operations;
    std::vector<std::string> records;  ///< what is written into django_migrations; it is made first where it is missing
    std::string function;              ///< the operation that is a function in C++, so that no script can do the step
};

/// Throws what plan() throws.
std::vector<PlannedStep> explain(Connection& connection, const Registry& registry, const Target& target = {},
                                 const Options& options = {});

/// For people: each operation with its SQL, locks, work, estimate and whether it can be undone.
std::string describe(const std::vector<PlannedStep>& steps);

/// For psql or sqlite3: the statements with their transactions, up to the first step with a function in C++, where a
/// comment says so: a script cannot do it, and must not record that it did.
std::string script_of(const std::vector<PlannedStep>& steps, Dialect dialect);

}  // namespace orm::migrations
