// What is due runs, in its order, as often as it should.
#include <barrier>
#include <thread>

#include "work.hpp"

namespace orm::outbox {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_P(Work, RunsWhatIsDueInItsOrderAndLeavesTheRest) {
    enqueue({.kind = "test", .payload = Json("2"), .run_at = now.load() - 1s});
    enqueue({.kind = "test", .payload = Json("1"), .run_at = now.load() - 2s});
    enqueue({.kind = "test", .payload = Json("3"), .run_at = now.load() + 1h});
    enqueue({.kind = "of another program"});
    std::vector<std::string> ran;
    Worker worker(db, options());
    worker.on("test", [&](RunningJob& job) { ran.push_back(job.payload().text); });
    worker.run_due();
    EXPECT_THAT(ran, ElementsAre("1", "2"));
    pass(1h);
    worker.run_due();
    EXPECT_THAT(ran, ElementsAre("1", "2", "3"));
    EXPECT_EQ(depth(db, now).waiting, 1);
    EXPECT_EQ(db.count(select<StoredJob> | filter(f<&StoredJob::state> == State::done)), 3);
}

TEST_P(Work, TriesAgainAfterGrowingPauses) {
    enqueue({.kind = "test", .run_at = now});
    WorkerOptions with = options();
    with.first_pause = 10s;
    with.longest_pause = 30s;
    int tries = 0;
    Worker worker(db, with);
    worker.on("test", [&](RunningJob& job) {
        EXPECT_EQ(job.attempt(), ++tries);
        if (tries <= 3) throw std::runtime_error("the provider is down");
    });
    for (const auto pause : {10s, 20s, 30s}) {
        worker.run_due();
        EXPECT_GE(only().run_at, now.load() + pause / 2);
        EXPECT_LE(only().run_at, now.load() + pause);
        EXPECT_EQ(only().last_error, "the provider is down");
        const int before = tries;
        worker.run_due();
        EXPECT_EQ(tries, before) << "tried again without a pause";
        pass(pause);
    }
    worker.run_due();
    EXPECT_EQ(tries, 4);
    EXPECT_EQ(only().state, State::done);
    EXPECT_EQ(only().last_error, "");
}

TEST_P(Work, GivesUpAfterTheLastTryAndStartsAnewWhenAsked) {
    enqueue({.kind = "test", .run_at = now});
    WorkerOptions with = options();
    with.max_attempts = 2;
    int tries = 0;
    Worker worker(db, with);
    worker.on("test", [&](RunningJob&) {
        ++tries;
        throw std::runtime_error(std::string("bytes \xff that are no text"));
    });
    for (int i = 0; i < 5; ++i, pass(24h)) worker.run_due();
    EXPECT_EQ(tries, 2);
    EXPECT_THAT(dead_letters(db), SizeIs(1));
    EXPECT_EQ(only().last_error, "bytes ? that are no text");
    EXPECT_EQ(depth(db, now).dead, 1);
    EXPECT_EQ(retry(db, Id<StoredJob>(only().id.value + 1000), now), 0U);
    EXPECT_EQ(retry(db, only().id, now), 1U);
    worker.run_due();
    EXPECT_EQ(tries, 3);
}

TEST_P(Work, APermanentFailureIsNotTriedAgain) {
    enqueue({.kind = "test", .run_at = now});
    run_one([](RunningJob&) { throw PermanentFailure("no such mailbox"); }, options());
    EXPECT_EQ(only().state, State::dead);
    EXPECT_EQ(only().attempts, 1);
}

TEST_P(Work, FinishJoinsTheHandlersOwnTransaction) {
    enqueue({.kind = "test", .run_at = now});
    run_one(
        [&](RunningJob& job) {
            job.db().atomic([&](Transaction& tx) {
                tx.enqueue({.kind = "effect"});
                job.finish(tx);
            });
            throw std::runtime_error("too late: it is committed");
        },
        options());
    EXPECT_EQ(db.count(select<StoredJob> | filter(f<&StoredJob::kind> == "effect")), 1);
    EXPECT_EQ(
        db.count(select<StoredJob> | filter(f<&StoredJob::kind> == "test" && f<&StoredJob::state> == State::done)), 1);
}

TEST_P(Work, ManyWorkersRunEachJobOnceAndNeverTwiceAtATime) {
    constexpr int jobs = 60, workers = 4;
    db.atomic([&](Transaction& tx) {
        for (int i = 0; i < jobs; ++i) tx.enqueue({.kind = "test", .payload = Json(std::to_string(i))});
    });
    std::array<std::atomic<int>, jobs> inside{}, ran{};
    std::atomic<int> overlaps = 0;
    {
        std::barrier start(workers);
        std::vector<std::jthread> threads;
        for (int i = 0; i < workers; ++i)
            threads.emplace_back([&] {
                Database own(url());  // as another process would
                Worker worker(own);
                worker.on("test", [&](RunningJob& job) {
                    const auto number = static_cast<std::size_t>(std::stoi(job.payload().text));
                    if (inside[number]++ != 0) ++overlaps;
                    std::this_thread::yield();
                    ++ran[number];
                    --inside[number];
                });
                start.arrive_and_wait();
                worker.run_due();
            });
    }
    EXPECT_EQ(overlaps, 0);
    for (const auto& times : ran) EXPECT_EQ(times, 1);
}

TEST_P(Work, ASchedulesRunIsOneWorkersAndComesAgain) {
    int ran = 0;
    bool fail = false;
    const auto tick = [&](RunningJob&) {
        ++ran;
        if (fail) throw std::runtime_error("no");
    };
    WorkerOptions with = options();
    with.max_attempts = 1;
    Worker one(db, with), two(db, with);
    one.schedule("tick", 60s, tick);
    two.schedule("tick", 60s, tick);
    one.run_due();
    two.run_due();
    EXPECT_EQ(ran, 1);
    pass(61s);
    two.run_due();
    one.run_due();
    EXPECT_EQ(ran, 2);
    fail = true;
    for (int i = 0; i < 3; ++i) {
        pass(61s);
        one.run_due();
    }
    EXPECT_EQ(ran, 5);
    EXPECT_THAT(dead_letters(db), IsEmpty());
    EXPECT_THROW(one.schedule("tick", 60s, tick), UsageError);
}

StoredJob schedule_row(Database& db, const char* kind) {
    return db.get(select<StoredJob> | filter(f<&StoredJob::kind> == kind));
}

TEST_P(Work, AClockThatWasAheadKeepsNoScheduleAway) {
    {
        Worker slow(db);
        slow.schedule("tick", 24h, [](RunningJob&) {});
        slow.run_due();
    }
    EXPECT_GT(schedule_row(db, "tick").run_at, utc_now() + 23h);
    for (const auto ahead : {24h, 24h * 365}) {  // a longer period before this one; a machine a year ahead
        db.update(select<StoredJob>, set<& StoredJob::run_at> = utc_now() + ahead);
        Worker worker(db);
        worker.schedule("tick", 60s, [](RunningJob&) {});
        worker.run_due();
        EXPECT_LE(schedule_row(db, "tick").run_at, utc_now() + 60s);
        EXPECT_LE(schedule_row(db, "outbox.sweep").run_at, utc_now() + 1h);
    }
}

TEST_P(Work, AHandlersNowIsTheDatabases) {
    enqueue({.kind = "test"});
    Timestamp told{};
    Worker worker(db);
    worker.on("test", [&](RunningJob& job) { told = job.now(); });
    worker.run_due();
    EXPECT_GT(told, utc_now() - 1min);
    EXPECT_LE(told, utc_now() + 1s);
}

TEST_P(Work, ASchedulesRowThatIsGoneComesBackWithinTheHour) {
    Worker worker(db, options());
    worker.schedule("tick", 60s, [](RunningJob&) {});
    worker.run_due();
    db.erase(select<StoredJob> | filter(f<&StoredJob::kind> == "tick"));
    worker.run_due();
    EXPECT_FALSE(db.exists(select<StoredJob> | filter(f<&StoredJob::kind> == "tick")));
    pass(1h);
    worker.run_due();
    EXPECT_TRUE(db.exists(select<StoredJob> | filter(f<&StoredJob::kind> == "tick")));
}

TEST_P(Work, WhatIsLateIsWhatNobodyWorksOn) {
    enqueue({.kind = "test", .run_at = now.load() - 1h});
    EXPECT_EQ(depth(db, now).oldest_due, now.load() - 1h);
    // What is left is the worker's own sweep, due since now.
    run_one([&](RunningJob&) { EXPECT_EQ(depth(db, now).oldest_due, now.load()); }, options());
    EXPECT_EQ(depth(db, now).oldest_due, std::nullopt);
    pass(2h);
    EXPECT_EQ(depth(db, now).oldest_due, schedule_row(db, "outbox.sweep").run_at) << "a schedule that nobody runs";
}

TEST_P(Work, NoExceptionEndsARunningWorker) {
    enqueue({.kind = "test"});
    enqueue({.kind = "test"});
    WorkerOptions with;
    int told = 0;
    with.poll = 1ms;
    with.report = [&](const JobReport&) {
        if (++told == 1) throw std::runtime_error("the log is full");
    };
    Worker worker(db, with);
    int ran = 0;
    worker.on("test", [&](RunningJob&) {
        if (++ran == 2) worker.stop();
    });
    worker.run();
    EXPECT_EQ(ran, 2);
}

TEST_P(Work, StopEndsARunningWorkerAfterItsJob) {
    enqueue({.kind = "test"});
    enqueue({.kind = "test"});
    Worker worker(db);
    int ran = 0;
    worker.on("test", [&](RunningJob&) {
        worker.stop();
        ++ran;
    });
    worker.run();  // returns
    EXPECT_EQ(ran, 1);
    EXPECT_EQ(depth(db).waiting, 1);
    Worker idle(db, {.poll = 10min});
    std::jthread running([&] { idle.run(); });
    idle.stop();
}

TEST_P(Work, ForgetsWhatIsLongDone) {
    enqueue({.kind = "test", .key = "k", .run_at = now});
    Worker worker(db, options());
    worker.on("test", [](RunningJob&) {});
    worker.run_due();
    EXPECT_FALSE(enqueue({.kind = "test", .key = "k"}));
    pass(24h * 31);
    worker.run_due();
    EXPECT_EQ(db.count(select<StoredJob> | filter(f<&StoredJob::key> == "k")), 0);
    EXPECT_TRUE(enqueue({.kind = "test", .key = "k"}));
}

ON_EACH_DATABASE(Work);

}  // namespace
}  // namespace orm::outbox
