#include "commit.hpp"

#include <algorithm>
#include <thread>

#include "one_value.hpp"

namespace orm {

namespace {
const Statement& id_statement() {
    static const Statement statement{"SELECT pg_current_xact_id_if_assigned()::text", Statement::next_id()};
    return statement;
}
}  // namespace

std::string transaction_id(Connection& connection) {
    return one_value<std::optional<std::string>>(connection, id_statement()).value_or("");
}

std::uint64_t run_with_id(Connection& connection, const Statement& statement, std::span<const Param> params,
                          const RowSink* sink, std::string& id) {
    using Row = std::tuple<std::optional<std::string>>;
    static const RowPlan plan = detail::raw_plan<Row>();
    std::vector<Row> found;
    const detail::Sink<Row> id_sink(found, plan);
    std::uint64_t rows = 0;
    const Connection::Batch both[] = {{&statement, params, sink, &rows}, {&id_statement(), {}, &id_sink.into()}};
    connection.run_all(both);
    id = std::get<0>(found.at(0)).value_or("");
    return rows;
}

CommitOutcome Database::outcome_of(const CommitInDoubt& doubt, std::chrono::milliseconds deadline) {
    if (doubt.transaction.empty() || dialect() == Dialect::sqlite) return CommitOutcome::unknown;
    const auto end = std::chrono::steady_clock::now() + deadline;
    for (std::chrono::milliseconds pause{2};; pause = std::min(pause * 2, std::chrono::milliseconds(100))) {
        std::optional<std::string> status;
        try {
            status = raw<std::optional<std::string>>("SELECT pg_xact_status($1::text::xid8)", doubt.transaction).at(0);
        } catch (const DataError&) {  // an id that this server has not given out yet: it is another one
        }
        if (!status) return CommitOutcome::unknown;
        if (*status == "committed") return CommitOutcome::committed;
        if (*status == "aborted") return CommitOutcome::rolled_back;
        // Its client is gone, so one that still waits for a statement waits for ever.
        raw<std::tuple<bool>>(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_xid = $1::text::xid8::xid AND state LIKE 'idle in transaction%'",
            doubt.transaction);
        if (std::chrono::steady_clock::now() >= end)
            throw LockTimeout("transaction " + doubt.transaction + " on '" + url().display + "' has not ended yet");
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace orm
