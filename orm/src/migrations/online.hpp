// Migrations of large PostgreSQL tables: statement by statement, each in its own transaction together with a note of
// how far it came, so that nobody waits long, and a migrator that is killed goes on where it was.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "migrations/executor.hpp"

namespace orm::migrations {

struct OnlineHooks {
    std::function<void(std::size_t index, const std::string& text)> operation;
    std::function<void(const std::string& sql)> statement;  // before it
    std::function<void(const std::string& sql)> ran;        // after it, before its transaction ends
    std::function<void(const std::string& text)> waiting;
    // `checkpoint`: null where the rows are changed in one transaction
    std::function<void(const Operation& operation, const schema::State& state, const Data::Checkpoint* checkpoint)>
        data;
    std::function<void(const Operation& operation, const Error& error)> fail;  // throws
};

// A migration that was begun this way and has not ended.
struct OnlineProgress {
    Key key;
    bool backward = false;
    std::size_t operation = 0, statement = 0;
    std::set<std::string> tables;          // the large ones, as decided when it began
    std::optional<std::string> row_key{};  // the last row of the operation's last finished batch
};
std::vector<OnlineProgress> read_progress(Connection& connection);

// Returns false where the migration needs nothing of this and is to be run in one transaction.
bool run_online(Connection& connection, const Step& step, const std::vector<schema::State>& states,
                const Options& options, const OnlineHooks& hooks);

// With Options::protect_data: throws MigrationError where rows would be lost and the operation is not allowed by name.
void refuse_losses(Connection& connection, const Step& step, const std::vector<schema::State>& states,
                   const Options& options);

// Somebody else held a lock, or waited for ours while we waited for his: worth another try.
bool lock_not_free(const Error& error);
// Does `work` until every lock was free, at most Options::lock_tries times, with a growing pause before each try.
// `waiting` is told of each pause.
void retry_locks(const Options& options, const std::function<void(const std::string& text)>& waiting,
                 const std::function<void()>& work);

// Throws MigrationError for a statement that large tables have no gentle form of, unless its operation is allowed.
std::function<void(const std::string& why)> refusal(const Operation& operation, const Options& options);

}  // namespace orm::migrations
