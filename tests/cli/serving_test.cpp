// A real server as an operator meets it: every number of /metrics, and what visitors see while the database is away.
#include "serving.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <map>
#include <mutex>
#include <regex>
#include <thread>

#include "apps.hpp"
#include "crush_lu/models.hpp"
#include "database.hpp"
#include "orm/migration.hpp"
#include "orm/outbox.hpp"
#include "server.hpp"

namespace cli_tests {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::HasSubstr;

/// The samples of a scrape: `name{labels}` to value.
std::map<std::string, double> scrape(const Serving& house) {
    const Answer answer = house.get("/metrics");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    std::map<std::string, double> result;
    const std::regex sample("([^#\\s]\\S*(?:\\{.*\\})?) (\\S+)");
    std::istringstream lines(answer.body);
    for (std::string line; std::getline(lines, line);) {
        std::smatch parts;
        if (line.starts_with("#")) continue;
        if (std::regex_match(line, parts, sample))
            result[parts[1]] = std::stod(parts[2]);
        else
            ADD_FAILURE() << "no sample: " << line;
    }
    return result;
}

class Served : public testing::TestWithParam<orm::Dialect> {
  protected:
    Served() : database(TestDatabase::make(GetParam())) {}
    void SetUp() override { ASSERT_TRUE(database) << "run this through tests/support/with-postgres"; }
    std::unique_ptr<TestDatabase> database;
};

TEST_P(Served, TellsEveryNumber) {
    database->db().atomic([](orm::Transaction& tx) {
        const orm::Timestamp date = orm::utc_now() + std::chrono::hours(48);
        crush_lu::MeetupEvent event;
        event.title = "Riesling by the river";
        event.description = std::string(1000, 'r');
        event.event_date = date;
        event.registration_deadline = date;
        event.location = "Remich";
        event.max_participants = 12;
        event.is_published = true;
        tx.insert(event);
        tx.enqueue({.kind = "nobody takes this", .run_at = orm::utc_now() - std::chrono::hours(1)});
    });
    const Serving house(database->url(), "[monitor]\nslow_milliseconds = 0\nslow_log = \"slow.jsonl\"\n");
    constexpr int visits = 3;
    for (int i = 0; i < visits; ++i) EXPECT_EQ(house.get("/en/events/").status, 200);
    EXPECT_EQ(house.get("/en/nothing/").status, 404);
    const auto found = scrape(house);
    const auto value = [&](const std::string& name) {
        const auto at = found.find(name);
        EXPECT_NE(at, found.end()) << name;
        return at == found.end() ? -1 : at->second;
    };
    EXPECT_EQ(value("entreprinder_request_duration_seconds_count{route=\"/events/\",status=\"2xx\"}"), visits);
    EXPECT_EQ(value("entreprinder_request_duration_seconds_bucket{route=\"/events/\",status=\"2xx\",le=\"+Inf\"}"),
              visits);
    EXPECT_GT(value("entreprinder_request_duration_seconds_sum{route=\"/events/\",status=\"2xx\"}"), 0);
    EXPECT_EQ(value("entreprinder_request_duration_seconds_count{route=\"none\",status=\"4xx\"}"), 1);
    EXPECT_EQ(value("entreprinder_query_duration_seconds_count{query=\"events listed\"}"), visits);
    EXPECT_GT(value("entreprinder_query_duration_seconds_bucket{query=\"events listed\",le=\"10\"}"), 0);
    EXPECT_EQ(value("entreprinder_query_rows_total{query=\"events listed\"}"), visits);
    EXPECT_GT(value("entreprinder_query_bytes_total{query=\"events listed\"}"), 3 * 1000) << "a description each";
    EXPECT_EQ(value("entreprinder_query_failures_total{query=\"events listed\"}"), 0);
    EXPECT_GE(value("entreprinder_connection_wait_seconds_count"), 0);
    EXPECT_EQ(value("entreprinder_pool_size"), 8);
    EXPECT_EQ(value("entreprinder_pool_in_use"), 0);
    EXPECT_GE(value("entreprinder_pool_idle"), 1);
    EXPECT_EQ(value("entreprinder_pool_waiting"), 0);
    EXPECT_GE(value("entreprinder_pool_acquired_total"), visits);
    EXPECT_GE(value("entreprinder_pool_opened_total"), 1);
    EXPECT_EQ(value("entreprinder_pool_broken_total"), 0);
    EXPECT_EQ(value("entreprinder_pool_timeouts_total"), 0);
    EXPECT_GE(value("entreprinder_pool_wait_seconds_total"), 0);
    EXPECT_GE(value("entreprinder_pool_longest_wait_seconds"), 0);
    const double run = value("entreprinder_statements_total"),
                 prepared = value("entreprinder_statements_prepared_total");
    EXPECT_GE(run, visits);
    EXPECT_GT(prepared, 0);
    EXPECT_GE(value("entreprinder_transactions_total{end=\"commit\"}"), 0);
    EXPECT_EQ(value("entreprinder_transactions_total{end=\"rollback\"}"), 0);
    EXPECT_EQ(value("entreprinder_transaction_retries_total"), 0);
    EXPECT_EQ(value("entreprinder_deadlocks_total"), 0);
    EXPECT_EQ(value("entreprinder_serialization_failures_total"), 0);
    EXPECT_GT(value("entreprinder_slow_statements_total"), 0) << "all of them are over 0 ms";
    EXPECT_EQ(value("entreprinder_slow_log_lost_total"), 0);
    EXPECT_EQ(value("entreprinder_outbox_jobs{state=\"waiting\"}"), 1);
    EXPECT_EQ(value("entreprinder_outbox_jobs{state=\"running\"}"), 0);
    EXPECT_EQ(value("entreprinder_outbox_jobs{state=\"dead\"}"), 0);
    EXPECT_NEAR(value("entreprinder_outbox_oldest_due_seconds"), 3600, 60);
    EXPECT_EQ(value("entreprinder_migrations_unapplied"), 0);
    EXPECT_EQ(value("entreprinder_database_up"), 1);

    // Once more: what was prepared is found, and the histogram grows.
    for (int i = 0; i < visits; ++i) EXPECT_EQ(house.get("/en/events/").status, 200);
    const auto later = scrape(house);
    EXPECT_EQ(later.at("entreprinder_request_duration_seconds_count{route=\"/events/\",status=\"2xx\"}"), 2 * visits);
    EXPECT_LT((later.at("entreprinder_statements_prepared_total") - prepared) /
                  (later.at("entreprinder_statements_total") - run),
              1);
    // A thread of its own writes it.
    std::string line;
    for (const auto end = Clock::now() + std::chrono::seconds(60); line.empty() && Clock::now() < end;) {
        std::ifstream slow(house.folder() + "/slow.jsonl");
        if (!std::getline(slow, line) || slow.eof()) line.clear();  // not there yet, or half of it
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_THAT(line, HasSubstr("\"place\""));
}

/// Somebody locks a table; one request waits for it, and with a pool of one the next waits for a connection.
TEST(ServedOutage, AFullPoolIsAClearAnswerAndMetricsStillTell) {
    const auto database = TestDatabase::make(orm::Dialect::postgres);
    ASSERT_TRUE(database) << "run this through tests/support/with-postgres";
    const std::string options = database->url().find('?') == std::string::npos ? "?" : "&";
    const Serving house(database->url() + options + "pool_size=1&pool_timeout=1&lock_timeout=4000");
    EXPECT_EQ(house.get("/en/events/").status, 200);
    Answer locked_out;
    std::thread first;
    database->db().atomic([&](orm::Transaction& tx) {
        tx.execute("LOCK TABLE crush_lu_meetupevent IN ACCESS EXCLUSIVE MODE");
        first = std::thread([&] { locked_out = house.get("/en/events/"); });
        while (tx.raw<std::int64_t>("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = "
                                    "'crush_lu_meetupevent'::regclass AND database = (SELECT oid FROM pg_database "
                                    "WHERE datname = current_database())")
                   .at(0) == 0)
            std::this_thread::yield();
        const Answer refused = house.get("/en/events/");
        EXPECT_EQ(refused.status, 503);
        EXPECT_EQ(refused.header("Retry-After"), "1");
        EXPECT_THAT(refused.body, HasSubstr("try again in a moment"));
        EXPECT_LT(refused.took, 3s);
        const auto found = scrape(house);
        EXPECT_EQ(found.at("entreprinder_pool_in_use"), 1);
        EXPECT_GE(found.at("entreprinder_pool_timeouts_total"), 1);
        EXPECT_GE(found.at("entreprinder_pool_longest_wait_seconds"), 1);
        EXPECT_EQ(found.at("entreprinder_database_up"), 1);
        first.join();  // lock_timeout ends its wait, not this transaction
    });
    EXPECT_EQ(locked_out.status, 503);
    EXPECT_EQ(locked_out.header("Retry-After"), "1");
    EXPECT_LT(locked_out.took, 8s);
    EXPECT_EQ(house.get("/en/events/").status, 200);
    EXPECT_THAT(house.log(), HasSubstr("are held by"));
}

TEST(ServedOutage, UnderLoadAnswersStayClearAndServiceResumesWithinASecond) {
    orm::test::Server server;
    orm::migrations::migrate(*orm::connect(orm::parse_url(server.url())), cli::migrations());
    const Serving house(server.url("pool_timeout=2&connect_timeout=2"));

    std::atomic<bool> stop = false;
    std::atomic<int> good = 0, refused = 0, late = 0;
    std::atomic<bool> must_be_good = false;
    std::atomic<Clock::rep> longest = 0;
    std::mutex mutex;
    std::string strange;
    std::vector<std::thread> visitors;
    for (int i = 0; i < 8; ++i)
        visitors.emplace_back([&] {
            while (!stop) {
                const bool settled = must_be_good;
                const Answer answer = house.get("/en/events/");
                const bool clear = answer.status == 503 && answer.header("Retry-After") == "1" &&
                                   answer.body.find("try again in a moment") != std::string::npos;
                if (answer.status == 200)
                    ++good;
                else if (clear)
                    ++(settled && must_be_good ? late : refused);  // not what the next outage caught under way
                else if (const std::lock_guard lock(mutex); strange.empty())
                    strange = answer.head + answer.body.substr(0, 300);
                for (auto seen = longest.load(); answer.took.count() > seen;)
                    if (longest.compare_exchange_weak(seen, answer.took.count())) break;
            }
        });
    const auto until = [&](std::atomic<int>& counter, int more) {
        const int target = counter + more;
        const auto start = Clock::now();
        while (counter < target && Clock::now() - start < 30s) std::this_thread::sleep_for(1ms);
        EXPECT_GE(counter, target);
        return Clock::now() - start;
    };
    for (int round = 0; round < 2; ++round) {
        until(good, 30);
        server.stop();
        until(refused, 30);
        EXPECT_EQ(scrape(house).at("entreprinder_database_up"), 0);
        server.start();
        const auto began = Clock::now();
        until(good, 8);
        EXPECT_LT(Clock::now() - began, 1s);
        std::this_thread::sleep_until(began + 1s);
        must_be_good = true;  // a second after the database
        until(good, 30);
        must_be_good = false;
    }
    stop = true;
    for (std::thread& visitor : visitors) visitor.join();
    EXPECT_EQ(late, 0) << "refused more than a second after the database was back";
    EXPECT_EQ(strange, "");
    // pool_timeout or connect_timeout, and the machine's own delays.
    EXPECT_LT(std::chrono::nanoseconds(longest), 6s);
}

std::string name_of(const testing::TestParamInfo<orm::Dialect>& info) {
    return info.param == orm::Dialect::sqlite ? "sqlite" : "postgres";
}
INSTANTIATE_TEST_SUITE_P(, Served, testing::Values(orm::Dialect::sqlite, orm::Dialect::postgres), name_of);

}  // namespace
}  // namespace cli_tests
