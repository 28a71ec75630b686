/// Workers whose clock and reports are the test's.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "fixture.hpp"
#include "orm/worker.hpp"

namespace orm::outbox {

using namespace std::chrono_literals;
using State = StoredJob::State;

/// Whether it comes true while somebody waits for it.
inline bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

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
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? StoredJob{} : all.front();
    }
    /// As if who runs them had not been heard of for longer than a lease.
    void end_leases() {
        db.update(select<StoredJob> | filter(f<&StoredJob::leased_until> != std::nullopt),
                  set<& StoredJob::leased_until> = database_time(-1s));
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

}  // namespace orm::outbox
