// Commits whose answer was lost.
#pragma once

#include <string>

#include "orm/database.hpp"

namespace orm {

/// PostgreSQL's id of the open transaction; empty where it has written nothing.
std::string transaction_id(Connection& connection);
/// Runs a statement and asks for that id in the same round trip.
std::uint64_t run_with_id(Connection& connection, const Statement& statement, std::span<const Param> params,
                          const RowSink* sink, std::string& id);

/// A write outside atomic is committed by the statement itself: where its answer is lost, so is whether it happened.
template <class Action>
auto committed_alone(bool write, Action action) {
    try {
        return action();
    } catch (const ConnectionLost& lost) {
        if (!write) throw;
        CommitInDoubt doubt(
            std::string("the connection was lost before the answer to a write; it may have happened (") + lost.what() +
            ")");
        doubt.code = lost.code;
        doubt.sql = lost.sql;
        throw doubt;
    }
}

}  // namespace orm
