// Whose a job is, and for how long: no two workers at a time, whatever their clocks say, and none for ever.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "work.hpp"

namespace orm::outbox {
namespace {

using testing::HasSubstr;

class Leases : public Work {};

TEST_P(Leases, WhoLostTheLeaseCannotEndTheJob) {
    enqueue({.kind = "test", .run_at = now});
    int second = 0;
    run_one(
        [&](RunningJob& job) {
            end_leases();
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

TEST_P(Leases, AJobThatTakesLongKeepsItsLease) {
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

TEST_P(Leases, ClocksThatDifferByHoursDoNotMakeTwoWorkersRunOneJobAtOnce) {
    const auto by = [](std::chrono::hours difference) {
        WorkerOptions with;
        with.lease = 900ms;
        with.now = [difference] { return utc_now() + difference; };
        return with;
    };
    for (const auto difference : {-5h, 0h, 5h}) {
        enqueue({.kind = "test", .run_at = utc_now() - 24h});
        int others = 0;
        run_one(
            [&](RunningJob& job) {
                Worker behind(db, by(difference - 7h)), ahead(db, by(difference + 7h));
                for (Worker* other : {&behind, &ahead}) other->on("test", [&](RunningJob&) { ++others; });
                const auto until = [&] { return *db.get(job.id()).leased_until; };
                const Timestamp first = until();
                while (until() < first + 400ms) {  // renewed, and again
                    behind.run_due();
                    ahead.run_due();
                }
                EXPECT_TRUE(job.still_mine());
                EXPECT_EQ(depth(db).running, 1);
            },
            by(difference));
        EXPECT_EQ(others, 0);
    }
    EXPECT_EQ(db.count(select<StoredJob> | filter(f<&StoredJob::state> == State::done && f<&StoredJob::attempts> == 1)),
              3);
}

TEST_P(Leases, AHandlerLearnsThatItsLeaseIsLost) {
    enqueue({.kind = "test", .run_at = now});
    WorkerOptions with = options();
    with.lease = 300ms;
    run_one(
        [&](RunningJob& job) {
            EXPECT_TRUE(job.still_mine());
            db.update(select<StoredJob> | filter(f<&StoredJob::id> == job.id()),
                      set<& StoredJob::lease> = "of another worker");
            EXPECT_TRUE(eventually([&] { return !job.still_mine(); })) << "no renewal told";
            if (!job.still_mine()) return;
            ADD_FAILURE() << "as if it were still ours";
        },
        with);
    EXPECT_EQ(reports.front().outcome, JobReport::Outcome::lost);
    EXPECT_EQ(only().state, State::queued);
}

TEST_P(Leases, AHandlerLearnsThatItsLeaseCouldNotBeRenewedInTime) {
    enqueue({.kind = "test", .run_at = now});
    WorkerOptions with = options();
    with.lease = 300ms;
    run_one(
        [&](RunningJob& job) {
            db.atomic([&](Transaction& tx) {  // whose lock the renewal waits for
                tx.update(select<StoredJob> | filter(f<&StoredJob::id> == job.id()), set<& StoredJob::last_error> = "");
                EXPECT_TRUE(eventually([&] { return !job.still_mine(); }));
            });
            EXPECT_TRUE(eventually([&] { return job.still_mine(); })) << "nobody took it: renewed, though late";
            job.db().atomic([&](Transaction& tx) { job.finish(tx); });
            EXPECT_FALSE(job.still_mine()) << "it has ended";
        },
        with);
    EXPECT_EQ(only().state, State::done);
}

TEST_P(Leases, AKilledWorkersJobIsAnothers) {
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
    EXPECT_EQ(ran, 0) << "that is the database's clock's to say, not ours";
    end_leases();
    run_one(count, options());
    EXPECT_EQ(ran, 1);
    EXPECT_EQ(only().state, State::done);
}

TEST_P(Leases, AJobThatKillsItsWorkersIsBuried) {
    enqueue({.kind = "test", .run_at = now});
    db.update(select<StoredJob>, set<& StoredJob::attempts> = 20, set<& StoredJob::leased_until> = now.load() - 1s,
              set<& StoredJob::lease> = "of a dead worker");
    run_one([](RunningJob&) { FAIL() << "ran once more"; }, options());
    EXPECT_EQ(only().state, State::dead);
    EXPECT_THAT(only().last_error, HasSubstr("killed or crashed"));
}

ON_EACH_DATABASE(Leases);

}  // namespace
}  // namespace orm::outbox
