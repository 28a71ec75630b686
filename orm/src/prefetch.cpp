#include "orm/prefetch.hpp"

#include <deque>

#include "monitor/counting.hpp"
#include "orm/executor.hpp"
#include "validate.hpp"

namespace orm {

void Executor::run_level(const detail::ChildFetches& level, Location location, Connection* streaming) {
    if (!streaming && (level.size() == 1 || dialect() == Dialect::sqlite)) {
        for (const auto& fetch : level) {
            const Connection::Batch item = fetch->batch();
            do_run(*item.statement, item.params, item.sink, false, location);
        }
        return;
    }
    std::vector<Connection::Batch> batch;
    std::vector<std::uint64_t> bytes(level.size());
    for (const auto& fetch : level) {
        batch.push_back(fetch->batch());
        batch.back().bytes = &bytes[batch.size() - 1];
        detail::validate(batch.back().params);
    }
    const auto run = [&](Connection& connection) {
        std::deque<monitor::Watch> watches;  // which do not move
        for (const Connection::Batch& item : batch)
            watches.emplace_back(connection, *item.statement, location, item.params);
        connection.run_all(batch);
        for (std::size_t i = 0; i < level.size(); ++i) watches[i].done(level[i]->rows(), bytes[i]);
    };
    if (streaming)
        run(*streaming);
    else
        with_connection(false, location, run);
}

void Executor::stream_on(Connection& connection, const Statement& statement, std::span<const Param> params,
                         const RowSink& sink, std::size_t batch, Location location) {
    detail::validate(params);
    monitor::Watch watch(connection, statement, location, params);
    connection.stream(statement, params, watch.count(sink), batch);
    watch.done(watch.counted());
}

void Executor::fetch_children(detail::ChildFetches level, Location location, Connection* connection) {
    detail::ChildFetches all;
    while (!level.empty()) {
        run_level(level, location, connection);
        detail::ChildFetches next;
        for (auto& fetch : level) {
            for (auto& inner : fetch->inner()) next.push_back(std::move(inner));
            all.push_back(std::move(fetch));
        }
        level = std::move(next);
    }
    for (auto fetch = all.rbegin(); fetch != all.rend(); ++fetch) (*fetch)->hand_out();  // the innermost first
}

}  // namespace orm
