// Locks and transactions of the migrator.
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "migrations/executor.hpp"
#include "migrations/text_rows.hpp"

namespace orm::migrations {

namespace {
// Any fixed number; two programs of ours on one database must agree on it.
constexpr const char* advisory_key = "7307486220417593641";

void report_waiting(const Options& options) {
    if (!options.progress) return;
    Progress progress;
    progress.event = Progress::Event::waiting;
    progress.text = "waiting for another migration to end";
    options.progress(progress);
}
}  // namespace

MigratorLock::MigratorLock(Connection& connection, const Options& options) : connection_(connection) {
    if (connection.in_transaction()) throw UsageError("migrate() needs a connection without an open transaction");
    if (connection.dialect() == Dialect::sqlite) return;  // BEGIN IMMEDIATE of each migration does it
    // Asked again and again: a session that waits for the lock inside a statement holds a snapshot, for whose end
    // CREATE INDEX CONCURRENTLY of the one that has the lock would wait in turn.
    const std::string ask = fmt::format("SELECT pg_try_advisory_lock({})::text", advisory_key);
    const auto deadline = std::chrono::steady_clock::now() + options.wait_for_others;
    for (bool told = false; text_value(connection, ask) != "true"; told = true) {
        if (std::chrono::steady_clock::now() >= deadline)
            throw MigrationError("another migration is still running; gave up waiting for it");
        if (!told) report_waiting(options);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    connection.script(fmt::format("SET lock_timeout = {}", options.lock_timeout.count()));
    connection.script(fmt::format("SET statement_timeout = {}", options.statement_timeout.count()));
}

MigratorLock::~MigratorLock() {
    if (connection_.dialect() == Dialect::sqlite || !connection_.usable()) return;
    try {
        if (connection_.in_transaction()) connection_.script("ROLLBACK");
        connection_.script(
            fmt::format("SELECT pg_advisory_unlock({}); RESET lock_timeout; RESET statement_timeout", advisory_key));
    } catch (const Error&) {  // the connection's end releases the lock
    }
}

MigrationTransaction::MigrationTransaction(Connection& connection, const Options& options) : connection_(connection) {
    if (connection.dialect() == Dialect::postgres) {
        connection.script("BEGIN");
        open_ = true;
        return;
    }
    connection.script("PRAGMA foreign_keys = OFF");  // cannot be switched inside a transaction
    auto deadline = std::chrono::steady_clock::now() + options.wait_for_others;
    for (bool told = false;; told = true) {
        try {
            connection.script("BEGIN IMMEDIATE");  // waits for the busy timeout
            break;
        } catch (const LockTimeout&) {
            if (std::chrono::steady_clock::now() >= deadline) {
                finish();
                throw MigrationError("the database stayed locked by another program; gave up waiting for it");
            }
            if (!told) report_waiting(options);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        } catch (...) {
            finish();
            throw;
        }
    }
    open_ = true;
}

void MigrationTransaction::finish() noexcept {
    if (connection_.dialect() != Dialect::sqlite || !connection_.usable()) return;
    try {
        connection_.script("PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON");
    } catch (const std::exception&) {  // a connection that cannot do this will fail its next call as well
    }
}

MigrationTransaction::~MigrationTransaction() {
    if (!open_) return;
    try {
        if (connection_.usable() && connection_.in_transaction()) connection_.script("ROLLBACK");
    } catch (const std::exception&) {  // the connection's end rolls back
    }
    finish();
}

void MigrationTransaction::commit(bool changed) {
    if (connection_.dialect() == Dialect::sqlite) {
        auto broken =
            text_rows(connection_,
                      "SELECT \"table\", CAST(rowid AS text), \"parent\" FROM pragma_foreign_key_check() LIMIT 1", 3);
        if (!broken.empty())
            throw MigrationError(
                fmt::format("after the migration the row {} of {} would name a row of {} that does not exist",
                            broken[0][1].value_or("?"), broken[0][0].value_or("?"), broken[0][2].value_or("?")));
        if (changed)
            if (auto verdict = text_value(connection_, "SELECT integrity_check FROM pragma_integrity_check(1)");
                verdict != "ok")
                throw MigrationError("SQLite's integrity check says: " + verdict.value_or("nothing"));
    }
    connection_.script("COMMIT");
    open_ = false;
    finish();
}

}  // namespace orm::migrations
