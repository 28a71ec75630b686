#include "orm/prefetch.hpp"

#include <deque>

#include "monitor/counting.hpp"
#include "orm/executor.hpp"
#include "validate.hpp"

namespace orm {

void Executor::run_level(const detail::ChildFetches& level, Location location) {
    if (level.size() == 1 || dialect() == Dialect::sqlite) {
        for (const auto& fetch : level) {
            const Connection::Batch item = fetch->batch();
            do_run(*item.statement, item.params, item.sink, false, location);
        }
        return;
    }
    std::vector<Connection::Batch> batch;
    for (const auto& fetch : level) {
        batch.push_back(fetch->batch());
        detail::validate(batch.back().params);
    }
    with_connection(false, location, [&](Connection& connection) {
        std::deque<monitor::Watch> watches;
        for (const Connection::Batch& item : batch) watches.emplace_back(item.statement->text, location, item.params);
        connection.run_all(batch);
        for (std::size_t i = 0; i < level.size(); ++i) watches[i].done(level[i]->rows());
    });
}

void Executor::fetch_children(detail::ChildFetches level, Location location) {
    detail::ChildFetches all;
    while (!level.empty()) {
        run_level(level, location);
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
