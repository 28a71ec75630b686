/// Runs the jobs of the outbox (orm/outbox.hpp), one at a time; as many workers as one likes, in any number of
/// processes.
///
///     orm::Worker worker(db);
///     worker.on("crush_lu.mail", [&](orm::RunningJob& job) { send(job.payload()); });
///     worker.schedule("vinsdelux.sweep_holds", 60s, [](orm::RunningJob& job) { sweep(job.db()); });
///     worker.run();                                        // until stop(), which a signal handler may call
///
/// What is promised: a job runs at least once and is lost by nothing; its end is recorded after the handler returned.
/// So a worker that is killed between the two has its job run again when the lease is over: a handler that changes the
/// database ends with job.finish(tx) in the transaction of its changes, and then its effect is there exactly once.
///
/// No two workers run a job at a time as long as who runs it reaches the database once per lease. Leases are granted,
/// renewed and compared, and jobs are due, by the database's clock alone, so the workers' own may differ by any time.
/// The limit: a worker
/// that is stopped, or cut off from the database, for longer than a lease loses the job to another one while its
/// handler is still inside. It cannot record anything then (finish() throws), and job.still_mine() tells a handler that
/// is about to do something outside of the database. Setting the database's clock forward by two thirds of a lease or
/// more ends leases early in the same way; setting it back makes the jobs of dead workers rest longer by as much.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "orm/outbox.hpp"

namespace orm {

/// Thrown by a handler: trying again is of no use. The job goes to the dead-letter list at once.
class PermanentFailure : public Error {
    using Error::Error;
};

/// The job belongs to another worker by now: this one took longer than its lease without being able to renew it.
class LeaseLost : public Error {
    using Error::Error;
};

/// What a handler is given.
class RunningJob {
  public:
    Database& db() const { return db_; }
    Id<outbox::StoredJob> id() const { return row_.id; }
    const std::string& kind() const { return row_.kind; }
    const Json& payload() const { return row_.payload; }
    const std::string& key() const { return row_.key; }
    int attempt() const { return row_.attempts; }  ///< 1: the first
    Timestamp now() const { return now_(); }       ///< by the database's clock: the same for all machines
    Timestamp created_at() const { return row_.created_at; }

    /// Whether nobody else can be running the job at this moment: true from each grant or renewal of the lease for its
    /// length, by a clock of this machine that counts on while it sleeps; false when the lease could not be renewed in
    /// time, was lost, or the job has ended. True again when a late renewal finds that nobody took it meanwhile. Asks
    /// no database; from any thread. To be asked before each step that cannot be undone, such as sending a mail.
    bool still_mine() const;

    /// Records the end of the job in the handler's own transaction. Throws LeaseLost, so that the transaction rolls
    /// back, when the job is another worker's by now.
    void finish(Transaction& tx);

  private:
    friend class Worker;
    RunningJob(Database& db, const outbox::StoredJob& row, std::function<Timestamp()> now,
               std::chrono::nanoseconds mine_until)
        : db_(db), row_(row), now_(std::move(now)), mine_until_(mine_until.count()) {}
    Database& db_;
    const outbox::StoredJob& row_;
    std::function<Timestamp()> now_;
    std::atomic<std::chrono::nanoseconds::rep> mine_until_;  ///< since boot
    std::atomic<bool> finished_ = false;
};

/// What became of a job, for logs.
struct JobReport {
    enum class Outcome { done, retry, dead, lost } outcome{};
    Id<outbox::StoredJob> id{};
    std::string kind{};
    int attempt = 0;
    std::string error{};               ///< empty when done
    std::optional<Timestamp> again{};  ///< retry: when
    std::chrono::microseconds took{};
};

struct WorkerOptions {
    std::chrono::milliseconds lease{60'000};        ///< how long a dead worker's job rests; renewed each third of it
    std::chrono::milliseconds poll{1'000};          ///< pause when nothing is due
    int max_attempts = 20;                          ///< with the pauses below: about a day
    std::chrono::milliseconds first_pause{10'000};  ///< doubled with each try, half of it at random
    std::chrono::milliseconds longest_pause{7'200'000};
    std::chrono::hours keep_done{24 * 30};  ///< then a done job goes, and its key with it
    std::function<void(const JobReport&)> report{};
    std::function<Timestamp()> now{};  ///< for tests: when jobs are due; nothing: as leases, by the database's clock
};

class Worker {
  public:
    using Handler = std::function<void(RunningJob&)>;

    explicit Worker(Database& db, WorkerOptions options = {});
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Who runs jobs of this kind. Jobs of kinds without a handler stay for a worker that has one. A handler that
    /// throws is tried again; after max_attempts, or after a PermanentFailure, the job is a dead letter.
    void on(std::string kind, Handler handler);
    /// Runs every `every`, counted from the end of the last run; one row, whose key is the kind, so two workers with
    /// the same schedule run it once. A failed run is tried again like any job, but never gives up for good. The row is
    /// made, and brought back to this period, when the worker begins and each hour.
    void schedule(std::string kind, std::chrono::seconds every, Handler handler);

    /// Runs what is due until nothing is. Returns how many jobs it began.
    std::size_t run_due();
    /// The same for ever: until stop(). The job at work is finished first. A database that is away is waited for.
    void run();
    /// From any thread and from signal handlers.
    void stop() noexcept;

  private:
    struct Taken {
        outbox::StoredJob row;
        std::chrono::nanoseconds until;  ///< the lease's, since boot
        std::function<Timestamp()> now;
    };
    std::optional<Taken> take();
    void work(const Taken& taken);
    JobReport settle(const Taken& taken, const std::string& error, bool permanent);
    std::chrono::microseconds pause_after(int attempt) const;
    void ensure_schedules();
    void sweep_done(RunningJob& job);
    void rest(std::chrono::milliseconds pause) const;

    Database& db_;
    WorkerOptions options_;
    std::map<std::string, Handler, std::less<>> handlers_;
    std::map<std::string, std::chrono::seconds> schedules_;
    std::vector<std::string> kinds_;
    Timestamp schedule_again_{};  ///< when the schedules' rows are looked after next
    std::atomic<bool> stopped_ = false;
    int wake_ = -1;  ///< an eventfd: stop() must not wait for the end of a pause
};

}  // namespace orm
