#include "orm/pool.hpp"

#include <atomic>
#include <thread>

#include "fixture.hpp"

namespace orm::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

void await_waiting(const Pool& pool, std::size_t count) {
    while (pool.statistics().waiting < count) std::this_thread::yield();
}

class Pools : public OnBothDatabases {
  protected:
    DatabaseUrl url(const std::string& options = "") const {
        DatabaseUrl result = parse_url(database_->url(options));
        result.pool_size = 0;
        return result;
    }
};

TEST_P(Pools, OpenLazilyAndUseAgain) {
    Pool pool(url(), {.size = 2});
    EXPECT_EQ(pool.statistics().opened, 0U);
    Connection* first = nullptr;
    {
        Lease lease = pool.acquire();
        first = &*lease;
        EXPECT_EQ(pool.statistics().in_use, 1U);
    }
    Lease again = pool.acquire();
    EXPECT_EQ(&*again, first);
    Lease moved = std::move(again);
    EXPECT_FALSE(again);
    moved.release();
    moved.release();
    const PoolStatistics numbers = pool.statistics();
    EXPECT_EQ(numbers.opened, 1U);
    EXPECT_EQ(numbers.acquired, 2U);
    EXPECT_EQ(numbers.idle, 1U);
    EXPECT_EQ(numbers.in_use, 0U);
}

TEST_P(Pools, TheDeadlineNamesTheHolders) {
    Pool pool(url(), {.size = 1, .timeout = 10ms});
    Lease held = pool.acquire();
    const std::string line = "pool_test.cpp:" + std::to_string(__LINE__ - 1);
    try {
        pool.acquire();
        FAIL();
    } catch (const PoolTimeout& error) {
        EXPECT_THAT(error.what(), testing::AllOf(HasSubstr(line), HasSubstr("TestBody"), HasSubstr(" s)")));
    }
    EXPECT_EQ(pool.statistics().timeouts, 1U);
    EXPECT_EQ(pool.statistics().waiting, 0U);
    held.release();
    EXPECT_TRUE(pool.acquire());
}

TEST_P(Pools, FirstComeFirstServed) {
    Pool pool(url(), {.size = 1, .timeout = 60s});
    std::vector<int> order;
    std::vector<std::thread> threads;
    Lease held = pool.acquire();
    for (int i = 0; i < 5; ++i) {
        threads.emplace_back([&, i] {
            const Lease lease = pool.acquire();
            order.push_back(i);  // the only connection is the lock
        });
        await_waiting(pool, static_cast<std::size_t>(i) + 1);
    }
    held.release();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
}

TEST_P(Pools, ManyThreadsNeverShareAConnection) {
    Pool pool(url(), {.size = 3, .timeout = 60s});
    std::atomic<int> in_use{0}, most{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                const Lease lease = pool.acquire();
                const int now = ++in_use;
                int seen = most;
                while (now > seen && !most.compare_exchange_weak(seen, now)) {
                }
                EXPECT_EQ(values<std::int64_t>(*lease, "SELECT 7"), std::vector<std::int64_t>{7});
                --in_use;
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_LE(most, 3);
    EXPECT_LE(pool.statistics().opened, 3U);
    EXPECT_EQ(pool.statistics().acquired, 400U);
}

TEST_P(Pools, AnOpenTransactionIsRolledBackOnTheWayIn) {
    Pool pool(url(), {.size = 1});
    {
        Lease lease = pool.acquire();
        lease->script("CREATE TABLE t (id int)");
        lease->script("BEGIN; INSERT INTO t VALUES (1)");
    }
    Lease lease = pool.acquire();
    EXPECT_FALSE(lease->in_transaction());
    EXPECT_EQ(values<std::int64_t>(*lease, "SELECT count(*) FROM t"), std::vector<std::int64_t>{0});
    EXPECT_EQ(pool.statistics().opened, 1U);
}

TEST_P(Pools, AFailedOpeningGivesItsPlaceBack) {
    DatabaseUrl wrong = parse_url(postgres() ? "postgresql://127.0.0.1/x?nonsense=1" : "sqlite:////no/such/folder/x");
    Pool pool(wrong, {.size = 1, .timeout = 10ms});
    for (int i = 0; i < 3; ++i) EXPECT_THROW(pool.acquire(), ConfigurationError);
    EXPECT_EQ(pool.statistics().in_use, 0U);
}

BOTH_DATABASES(Pools);

TEST(MemoryPool, KeepsItsOnlyConnection) {
    Pool pool(parse_url("sqlite::memory:?pool_size=5"), {.size = 9, .timeout = 10ms});
    EXPECT_EQ(pool.statistics().size, 1U);
    pool.acquire()->script("CREATE TABLE t (id int); INSERT INTO t VALUES (5); BEGIN");
    const Lease lease = pool.acquire();
    EXPECT_EQ(values<std::int64_t>(*lease, "SELECT id FROM t"), std::vector<std::int64_t>{5});
    EXPECT_THROW(pool.acquire(), PoolTimeout);
}

TEST(WriteTurns, FirstComeFirstServed) {
    Pool pool(parse_url("sqlite::memory:?lock_timeout=60000"));
    int writers = 0, written = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i) {
                const Pool::WriteTurn turn = pool.write_turn();
                EXPECT_EQ(++writers, 1);
                ++written;
                --writers;
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(written, 1600);
}

TEST(WriteTurns, HaveADeadline) {
    Pool pool(parse_url("sqlite::memory:?lock_timeout=5"));
    {
        const Pool::WriteTurn turn = pool.write_turn();
        EXPECT_THROW(pool.write_turn(), LockTimeout);
    }
    const Pool::WriteTurn next = pool.write_turn();
}

class PostgresPool : public OnPostgres {};

TEST_F(PostgresPool, ADeadServerConnectionIsReplaced) {
    for (const auto idle : {std::chrono::milliseconds(-1), std::chrono::milliseconds(30'000)}) {
        Pool pool(parse_url(database_->url()), {.size = 1, .check_after_idle = idle});
        std::int64_t pid = 0;
        {
            Lease lease = pool.acquire();
            pid = values<std::int64_t>(*lease, "SELECT pg_backend_pid()").at(0);
        }
        open()->script("SELECT pg_terminate_backend(" + std::to_string(pid) + ", 10000)");
        if (idle.count() > 0) {  // not pinged: the loss shows at the first statement, and once only
            Lease lease = pool.acquire();
            EXPECT_THROW(lease->script("SELECT 1"), ConnectionLost);
        }
        Lease lease = pool.acquire();
        lease->script("SELECT 1");
        EXPECT_EQ(pool.statistics().closed_broken, 1U);
        EXPECT_EQ(pool.statistics().opened, 2U);
    }
}

TEST_F(PostgresPool, WriteTurnsCostNothing) {
    Pool pool(parse_url(database_->url()));
    const Pool::WriteTurn one = pool.write_turn(), two = pool.write_turn();
}

}  // namespace
}  // namespace orm::test
