// What a visitor sees when PostgreSQL ends a service for a deadlock each time that it is repeated.
#include <atomic>
#include <thread>

#include "crush_lu/site.hpp"
#include "fixture.hpp"
#include "orm/metrics.hpp"

namespace crush_lu {
namespace {

using orm::f;
using platform::test::Browser;
using testing::AllOf;
using testing::HasSubstr;

class DeadlockPage : public CrushTest {
  protected:
    /// The page waits this long before it looks for a deadlock: time for the test to make one.
    orm::Database patient{url() + "%20-c%20deadlock_timeout%3D1s"};
    platform::Context context{patient, {}};
    web::Site site = crush_lu::site(context);
};
INSTANTIATE_TEST_SUITE_P(, DeadlockPage, testing::Values(orm::Dialect::postgres), orm::test::dialect_name);

/// Whether anybody waits for a lock of this transaction.
bool somebody_waits(orm::Transaction& tx) {
    return tx.raw<std::int64_t>(
                 "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
               .at(0) > 0;
}

TEST_P(DeadlockPage, Deadlocks_that_survive_the_repeats_are_a_503_in_the_visitors_language) {
    struct LetGo {};
    const EventId event = meetup();
    const orm::Timestamp start = orm::utc_now() + std::chrono::days(30);
    change<&MeetupEvent::event_date>(event, start);
    change<&MeetupEvent::registration_deadline>(event, start);
    const UserId anna = member("Anna");
    const std::string page = "/de/events/" + std::to_string(event.value) + "/register/";
    Browser browser(site, "crush.localhost");
    browser.log_in(user(anna), "/de/login/");
    browser.get(page);

    web::Response answer;
    std::atomic<bool> answered = false;
    const orm::Totals before = orm::totals();
    orm::Database other(url());
    std::jthread visitor;
    other.atomic([&](orm::Transaction& tx) {
        tx.execute("SET LOCAL deadlock_timeout = '1h'");  // so that it is the page whom PostgreSQL chooses
        tx.execute("SET LOCAL lock_timeout = '30s'");
        tx.get(orm::select<MeetupEvent> | with_id(event) | orm::for_update);
        visitor = std::jthread([&] {
            answer = browser.post(page, {});
            answered = true;
        });
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (!answered && std::chrono::steady_clock::now() < deadline) {
            if (!somebody_waits(tx)) {
                std::this_thread::yield();
                continue;
            }
            // Registering holds the person and waits for the event. Now each waits for the other.
            try {
                tx.atomic([&](orm::Transaction& inner) {
                    inner.get(orm::select<auth::User> | orm::filter(f<&auth::User::id> == anna) | orm::for_update);
                    throw LetGo{};  // of the person alone: the page begins anew
                });
            } catch (const LetGo&) {
            }
        }
    });
    visitor.join();
    EXPECT_EQ(orm::totals().deadlocks - before.deadlocks, 4U);
    EXPECT_EQ(orm::totals().retried - before.retried, 3U);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.headers.get("Retry-After"), "1");
    EXPECT_THAT(std::string(answer.content()), AllOf(HasSubstr("<html lang=\"de\""), HasSubstr("Einen Moment, bitte"),
                                                     HasSubstr("gleich noch einmal")));
    EXPECT_EQ(held(event), 0);

    EXPECT_EQ(browser.post(page, {}).status, 303) << "in a moment";
    EXPECT_EQ(held(event), 1);
}

}  // namespace
}  // namespace crush_lu
