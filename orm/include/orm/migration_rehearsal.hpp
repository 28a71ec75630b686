/// Tries a migration on a copy of the database, and tells what it did there: time, locks, rows; then back again.
///
///     const auto rehearsal = orm::migrations::rehearse(url, registry);
///     std::cout << orm::migrations::describe(rehearsal);       // migrate --rehearse
///     if (!rehearsal.faults.empty()) ...                       // undoing did not lead back to the schema of the start
///
/// The copy: PostgreSQL's CREATE DATABASE ... TEMPLATE, or pg_dump into psql where others are connected to the
/// original or it is large; SQLite's backup into a temporary file. It is dropped at the end, however that comes about
/// (but for kill -9).
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "orm/migration.hpp"

namespace orm::migrations {

/// A lock that others would have felt. Observed in pg_locks beside the migrator: right before and after each statement,
/// and every few milliseconds in between.
struct HeldLock {
    std::string table;  ///< SQLite: empty, the whole file
    std::string mode;   ///< as LOCK TABLE writes it
    std::chrono::microseconds held{0};
};

struct RehearsedOperation {
    std::string what;
    std::chrono::microseconds time{0};
    std::uint64_t rows = 0;  ///< written; where a large table is changed in batches: visited
    std::vector<HeldLock> locks;
};

struct RehearsedStep {
    Key key;
    bool backward = false;
    std::chrono::microseconds time{0};
    std::vector<RehearsedOperation> operations;
    bool undone = false;
    std::chrono::microseconds undo_time{0};
};

struct Rehearsal {
    std::string copy;  ///< how it was made
    std::chrono::microseconds copying{0};
    std::vector<RehearsedStep> steps;
    std::string not_undone;           ///< why the way back ended early, what failed on rows too; empty: all was undone
    std::vector<std::string> faults;  ///< what differs after undoing, per step
};

struct RehearsalOptions {
    Options migrate{};
    std::stop_token stop{};                 ///< ends it early, with a MigrationError, the copy dropped
    std::chrono::milliseconds sampling{2};  ///< between two looks at pg_locks
    /// PostgreSQL: a larger database is copied by pg_dump, since nobody can connect to a template while it is copied.
    std::uint64_t template_bytes = 1ULL << 30;
};

/// Throws ConfigurationError (no right to create databases), MigrationError (the migration failed or was refused, as it
/// would on the original; interrupted). A copy that cannot be dropped is named in the message.
Rehearsal rehearse(const DatabaseUrl& url, const Registry& registry, const Target& target = {},
                   const RehearsalOptions& options = {});

std::string describe(const Rehearsal& rehearsal);

}  // namespace orm::migrations
