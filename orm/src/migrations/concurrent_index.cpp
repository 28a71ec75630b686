#include "migrations/concurrent_index.hpp"

#include <fmt/format.h>

#include "migrations/executor.hpp"
#include "migrations/text_rows.hpp"

namespace orm::migrations {

namespace {

std::optional<std::string> validity(Connection& connection, const std::string& index) {
    return text_value(connection, "SELECT indisvalid::text FROM pg_index WHERE indexrelid = to_regclass($1::text)",
                      {quote(index)});
}

// Whether the index of this name is the one that the statement makes: PostgreSQL says so itself, of the same definition
// under another name on an empty table of the same columns. No where it cannot say: then CREATE INDEX tells that the
// name is taken.
bool is_ours(Connection& connection, const Options& options, const Emitted& statement) try {
    const std::string table = quote(statement.table), on = " ON " + table;
    const std::size_t at = statement.sql.find(on);
    if (at == statement.sql.npos) return false;
    const auto definition = [&](const std::string& index) {
        // "CREATE INDEX name ON schema.table USING ...": from USING on, and whether it is unique.
        return text_value(connection,
                          "SELECT indisunique::text || substr(d, strpos(d, ' USING ')) FROM pg_index, "
                          "pg_get_indexdef(indexrelid) AS d WHERE indexrelid = to_regclass($1::text)",
                          {index});
    };
    const auto owner = text_value(connection,
                                  "SELECT 'x' FROM pg_index WHERE indexrelid = to_regclass($1::text) AND indrelid "
                                  "= to_regclass($2::text)",
                                  {quote(statement.index), table});
    if (!owner) return false;
    MigrationTransaction transaction(connection, options);  // rolled back
    connection.script(fmt::format("CREATE TEMPORARY TABLE entreprinder_twin (LIKE {}) ON COMMIT DROP", table));
    const bool unique = statement.sql.starts_with("CREATE UNIQUE");
    connection.script(fmt::format("CREATE {}INDEX entreprinder_twin_index ON entreprinder_twin{}",
                                  unique ? "UNIQUE " : "", statement.sql.substr(at + on.size())));
    return definition("entreprinder_twin_index") == definition(quote(statement.index));
} catch (const ConnectionLost&) {
    throw;
} catch (const Error&) {  // no right to temporary tables, or a condition that names the table
    return false;
}

}  // namespace

void run_concurrently(Connection& connection, const Options& options, const Emitted& statement, bool resumed) {
    const auto valid = validity(connection, statement.index);
    const bool creates = statement.sql.starts_with("CREATE");
    if (creates && valid == "true" && resumed && is_ours(connection, options, statement)) return;
    // Waiting for old transactions here blocks nobody.
    connection.script("SET lock_timeout = 0");
    try {
        if (creates && valid == "false")
            connection.script("DROP INDEX CONCURRENTLY IF EXISTS " + quote(statement.index));
        connection.script(statement.sql);
    } catch (const ConnectionLost&) {
        throw;
    } catch (const Error&) {  // a duplicate key, say: leave nothing half-built
        if (creates && connection.usable() && validity(connection, statement.index) == "false")
            connection.script("DROP INDEX CONCURRENTLY IF EXISTS " + quote(statement.index));
        connection.script(fmt::format("SET lock_timeout = {}", options.lock_timeout.count()));
        throw;
    }
    connection.script(fmt::format("SET lock_timeout = {}", options.lock_timeout.count()));
}

}  // namespace orm::migrations
