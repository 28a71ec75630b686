#include "orm/worker.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <barrier>
#include <csignal>
#include <thread>

#include "fixture.hpp"

namespace orm::outbox {
namespace {

using namespace std::chrono_literals;
using State = StoredJob::State;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Work : public Outbox {
  protected:
    WorkerOptions options() {
        WorkerOptions options;
        options.now = [this] { return now.load(); };
        options.report = [this](const JobReport& report) { reports.push_back(report); };
        return options;
    }
    void pass(std::chrono::microseconds time) { now = now.load() + time; }
    StoredJob only() {
        const auto all = db.all(select<StoredJob> | filter(f<&StoredJob::every_seconds> == 0));
        EXPECT_THAT(all, SizeIs(1));
        return all.empty() ? StoredJob{} : all.front();
    }
    /// One job of kind "test" whose handler is this.
    void run_one(const Worker::Handler& handler, WorkerOptions with) {
        Worker worker(db, std::move(with));
        worker.on("test", handler);
        worker.run_due();
    }

    std::atomic<Timestamp> now = utc_now();
    std::vector<JobReport> reports;
};

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

TEST_P(Work, WhoLostTheLeaseCannotEndTheJob) {
    enqueue({.kind = "test", .run_at = now});
    int second = 0;
    run_one(
        [&](RunningJob& job) {
            pass(10min);  // as if this process had been stopped for so long
            run_one([&](RunningJob&) { ++second; }, options());
            EXPECT_THROW(job.db().atomic([&](Transaction& tx) {
                tx.enqueue({.kind = "effect"});
                job.finish(tx);
            }),
                         LeaseLost);
        },
        options());
    EXPECT_EQ(second, 1);
    EXPECT_EQ(only().kind, "test");
    EXPECT_EQ(reports.back().outcome, JobReport::Outcome::lost);
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

TEST_P(Work, AJobThatTakesLongKeepsItsLease) {
    enqueue({.kind = "test"});
    WorkerOptions with;
    with.lease = 300ms;
    int others = 0;
    run_one(
        [&](RunningJob&) {
            Worker other(db, with);
            other.on("test", [&](RunningJob&) { ++others; });
            const Timestamp first = *only().leased_until;
            while (*only().leased_until < first + 400ms) other.run_due();  // renewed, and again
        },
        with);
    EXPECT_EQ(others, 0);
    EXPECT_EQ(only().state, State::done);
    EXPECT_EQ(only().attempts, 1);
}

TEST_P(Work, AKilledWorkersJobIsAnothers) {
    enqueue({.kind = "test"});
    int pipes[2];
    ASSERT_EQ(pipe(pipes), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {  // a process of its own: its own connections, and no way to clean up
        Database own(url());
        Worker worker(own);
        worker.on("test", [&](RunningJob&) {
            (void)!write(pipes[1], "x", 1);
            for (;;) pause();
        });
        worker.run();
        _exit(1);
    }
    char byte = 0;
    ASSERT_EQ(read(pipes[0], &byte, 1), 1);
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    close(pipes[0]);
    close(pipes[1]);

    int ran = 0;
    const auto count = [&](RunningJob& job) {
        ++ran;
        EXPECT_EQ(job.attempt(), 2);
    };
    now = utc_now();
    run_one(count, options());
    EXPECT_EQ(ran, 0) << "its lease is not over: it might be alive";
    pass(61s);
    run_one(count, options());
    EXPECT_EQ(ran, 1);
    EXPECT_EQ(only().state, State::done);
}

TEST_P(Work, AJobThatKillsItsWorkersIsBuried) {
    enqueue({.kind = "test", .run_at = now});
    db.update(select<StoredJob>, set<& StoredJob::attempts> = 20, set<& StoredJob::leased_until> = now.load() - 1s,
              set<& StoredJob::lease> = "of a dead worker");
    run_one([](RunningJob&) { FAIL() << "ran once more"; }, options());
    EXPECT_EQ(only().state, State::dead);
    EXPECT_THAT(only().last_error, HasSubstr("killed or crashed"));
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
