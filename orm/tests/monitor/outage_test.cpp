// Servers that die, come back, or are another one: what callers see, and that nobody hangs. PostgreSQL only.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "orm/database.hpp"
#include "server.hpp"

namespace orm {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::int64_t answer(Executor& db) {
    return db.raw<std::int64_t>("SELECT 42::bigint").at(0);
}

TEST(Outage, ARestartUnderLoadIsSeenAsErrorsAndIsOverWithinASecond) {
    test::Server server;
    Database db(server.url("pool_size=4&pool_timeout=2&connect_timeout=2"));
    std::atomic<bool> stop = false;
    std::atomic<int> good = 0, lost = 0, strange = 0;
    std::atomic<Clock::rep> longest = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([&] {
            while (!stop) {
                const auto start = Clock::now();
                try {
                    answer(db);
                    ++good;
                } catch (const ConnectionLost&) {
                    ++lost;
                } catch (const PoolTimeout&) {
                    ++lost;
                } catch (const std::exception& error) {
                    ++strange;
                    ADD_FAILURE() << error.what();
                }
                const auto took = (Clock::now() - start).count();
                for (auto seen = longest.load(); took > seen && !longest.compare_exchange_weak(seen, took);) {
                }
            }
        });
    const auto until = [&](std::atomic<int>& counter, int more) {
        const int target = counter + more;
        const auto start = Clock::now();
        while (counter < target && Clock::now() - start < 30s) std::this_thread::yield();
        EXPECT_GE(counter, target);
        return Clock::now() - start;
    };
    until(good, 50);
    server.stop();
    until(lost, 50);
    server.start();
    EXPECT_LT(until(good, 50), 1s);
    stop = true;
    for (std::thread& client : clients) client.join();
    EXPECT_LT(std::chrono::nanoseconds(longest), 5s);  // pool_timeout and connect_timeout, and the machine's own delays
    EXPECT_EQ(strange, 0);

    // Four idle connections die at once: one caller hears of it, and the rest are tried before they are lent.
    std::vector<Lease> all;
    for (int i = 0; i < 4; ++i) all.push_back(db.pool().acquire());
    all.clear();
    server.stop();
    server.start();
    int failures = 0;
    for (int i = 0; i < 8; ++i) {
        try {
            EXPECT_EQ(answer(db), 42);
        } catch (const ConnectionLost&) {
            ++failures;
        }
    }
    EXPECT_EQ(failures, 1);
}

TEST(Outage, TheNextHostOfTheUrlTakesOver) {
    test::Server first, second;
    Database db("postgresql://postgres@127.0.0.1:" + std::to_string(first.port()) +
                ",127.0.0.1:" + std::to_string(second.port()) + "/postgres?connect_timeout=2");
    const auto port = [&] { return db.raw<std::int64_t>("SELECT inet_server_port()::bigint").at(0); };
    EXPECT_EQ(port(), first.port());
    first.stop();
    EXPECT_THROW(port(), ConnectionLost);  // it was under way with the first
    EXPECT_EQ(port(), second.port());
    second.stop();
    EXPECT_THROW(port(), ConnectionLost);
    const auto start = Clock::now();
    EXPECT_THROW(port(), ConnectionLost);
    EXPECT_LT(Clock::now() - start, 5s);
}

TEST(Outage, TransactionPoolingKeepsEveryPromise) {
    test::Server server;
    const test::Bouncer bouncer(server);
    Database db(bouncer.url());
    db.execute("CREATE TABLE tally (id bigint PRIMARY KEY, total bigint NOT NULL)");
    db.execute("INSERT INTO tally SELECT n, 0 FROM generate_series(1, 4) AS n");
    std::vector<std::thread> clients;
    std::atomic<int> failures = 0;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([&, i] {
            try {
                const std::int64_t id = i % 4 + 1;
                for (int round = 0; round < 25; ++round) {
                    db.atomic([&](Transaction& tx) {
                        const auto before =
                            tx.raw<std::int64_t>("SELECT total FROM tally WHERE id = $1 FOR UPDATE", id).at(0);
                        tx.atomic([&](Transaction& inner) {
                            inner.raw<std::int64_t>("UPDATE tally SET total = $1 WHERE id = $2 RETURNING total",
                                                    before + 1, id);
                        });
                    });
                    answer(db);
                }
            } catch (const std::exception& error) {
                ++failures;
                ADD_FAILURE() << error.what();
            }
        });
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(db.raw<std::int64_t>("SELECT sum(total)::bigint FROM tally").at(0), 200);
    // Eight clients had two connections between them.
    EXPECT_LE(Database(server.url())
                  .raw<std::int64_t>("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND "
                                     "pid <> pg_backend_pid()")
                  .at(0),
              2);
}

}  // namespace
}  // namespace orm
