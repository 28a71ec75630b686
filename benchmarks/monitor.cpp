/// bench_monitor [--quick] [--json FILE] [FILTER]: what watching costs, each with and without in turns; see ./bench
/// --monitor.
///
/// A "page" of ten point reads, because a log belongs to a request: its own making is shared by its statements.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "crush_lu/queries.hpp"
#include "data.hpp"
#include "harness.hpp"
#include "monitor/counting.hpp"
#include "orm/metrics.hpp"
#include "orm/orm.hpp"
#include "orm/query_log.hpp"

namespace bench {
namespace {

using crush_lu::MeetupEvent;
using E = MeetupEvent;
using orm::f;

constexpr int reads = 10;

/// The same work, with somebody listening. `Listener` lives as long as a block of runs, or as one run.
template <class Work>
Contender silent(Work work) {
    return contender("silent", work);
}
template <class Work>
Contender logged(Work work) {
    return contender("ours", [work]() mutable {
        const orm::QueryLog log;
        return work();
    });
}
/// As a server listens: metrics for as long as it lives.
template <class Work>
Contender measured(Work work) {
    auto metrics = std::make_shared<orm::Metrics>();
    Contender result = contender("ours", work);
    result.run = [run = result.run, metrics](std::size_t times) {
        const orm::Observation observation(*metrics);
        run(times);
    };
    return result;
}

void listening(Suite& suite, Data& data) {
    std::uint32_t state = 1;
    const auto page = [&data, state]() mutable {
        std::vector<auth::User> users;
        users.reserve(reads);
        for (int i = 0; i < reads; ++i) {
            state = state * 1'664'525 + 1'013'904'223;
            users.push_back(data.db.get(data.facts.users[(state >> 16) % data.facts.users.size()]));
        }
        return users;
    };
    const auto list = [&data] {
        return data.db.all(orm::select<E> | crush_lu::published | crush_lu::not_cancelled |
                           crush_lu::upcoming(data.facts.now) | orm::order_by<&E::event_date, &E::id> |
                           orm::related<&E::venue> | crush_lu::with_counts |
                           orm::annotate(crush_lu::own_status(data.facts.viewer)) | orm::limit(25));
    };
    suite.measure("10 point reads, query log", data.database, {logged(page), silent(page)});
    suite.measure("10 point reads, metrics", data.database, {measured(page), silent(page)});
    suite.measure("event list, query log", data.database, {logged(list), silent(list)});
    suite.measure("event list, metrics", data.database, {measured(list), silent(list)});
    // The same against itself: what the method cannot tell apart.
    suite.measure("10 point reads, nothing", data.database, {contender("ours", page), silent(page)});

    // All that a statement does for the monitor while nobody listens.
    const auto connection = std::make_shared<std::unique_ptr<orm::Connection>>(orm::connect(data.db.url()));
    const std::string text = "SELECT 1";
    Contender watch{"ours",
                    [connection, text](std::size_t times) {
                        for (std::size_t i = 0; i < times; ++i) {
                            orm::monitor::Watch one(**connection, text, std::source_location::current());
                            one.done(1);
                            keep(one);
                        }
                    },
                    [] { return std::string(); }};
    Contender read{"point read", silent([&data] { return data.db.get(data.facts.users[7]); }).run,
                   [] { return std::string(); }};
    suite.measure("watching while nobody listens", data.database, {watch, read});
}

/// A transaction with one write: how its id comes to be known before COMMIT.
void transaction_id(Suite& suite, Data& data) {
    if (data.sqlite()) return;
    data.db.execute("CREATE TABLE bench_tally (id bigint PRIMARY KEY, total bigint NOT NULL)");
    data.db.execute("INSERT INTO bench_tally VALUES (1, 0)");
    const auto shared = std::make_shared<std::unique_ptr<orm::Connection>>(orm::connect(data.db.url()));
    static const orm::Statement update{"UPDATE bench_tally SET total = total + 1 WHERE id = 1",
                                       orm::Statement::next_id()};
    static const orm::Statement id{"SELECT pg_current_xact_id_if_assigned()::text", orm::Statement::next_id()};
    const auto by_hand = [shared](bool ask) {
        return [shared, ask] {
            orm::Connection& connection = **shared;
            connection.script("BEGIN");
            connection.run(update, {}, nullptr);
            if (ask) connection.run(id, {}, nullptr);
            connection.script("COMMIT");
            return 1;
        };
    };
    const auto ours = [&data] {
        data.db.atomic([](orm::Transaction& tx) { tx.run(update, {}, nullptr, true); });
        return 1;
    };
    Contender never = contender("no id", by_hand(false)), extra = contender("own trip", by_hand(true));
    suite.measure("a write in a transaction", data.database, {contender("ours", ours), never, extra});
}

int run(int argc, char** argv) {
    bool quick = false;
    std::string json, filter;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--quick")
            quick = true;
        else if (argument == "--json" && i + 1 < argc)
            json = argv[++i];
        else
            filter = argument;
    }
    Suite suite(quick, filter);
    for (const bool sqlite : {true, false}) {
        const char* name = sqlite ? "sqlite" : "postgresql";
        Data data(name, sqlite ? new_sqlite_url() : new_postgres_url(), true);
        listening(suite, data);
        transaction_id(suite, data);
    }
    if (suite.rows().empty()) {
        fmt::print(stderr, "no case matches '{}'\n", filter);
        return 2;
    }
    suite.print();
    if (!json.empty()) suite.write_json(json);
    return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    try {
        return bench::run(argc, argv);
    } catch (const std::exception& e) {
        fmt::print(stderr, "bench_monitor: {}\n", e.what());
        return 1;
    }
}
