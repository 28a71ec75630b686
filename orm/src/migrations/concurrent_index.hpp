// Indexes that PostgreSQL builds and drops while others write: outside any transaction, so that a crash may leave one
// half-built, or built and not noted.
#pragma once

#include "migrations/editor.hpp"
#include "orm/migration.hpp"

namespace orm::migrations {

// Runs a statement of Emitted::How::concurrent. An index of its name that a crash left half-built is built again; with
// `resumed`, the statement is perhaps the one that was at work when the migrator ended, and what it has built is kept.
void run_concurrently(Connection& connection, const Options& options, const Emitted& statement, bool resumed);

}  // namespace orm::migrations
