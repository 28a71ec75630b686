#include "orm/worker.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "outbox/stored.hpp"

namespace orm {

namespace {

using J = outbox::StoredJob;
using State = J::State;

constexpr std::string_view sweep_kind = "outbox.sweep";

auto mine(const J& row) {
    return filter(f<&J::id> == row.id && outbox::queued() && f<&J::lease> == std::string(row.lease));
}
/// Whether a job is due and whether it is somebody's is the database's clock's to say: a machine whose own is ahead
/// would run a schedule again and again. `now` is a test's.
auto due(const std::function<Timestamp()>& now, const std::vector<std::string>& kinds) {
    return filter(outbox::queued() && outbox::unleased() && f<&J::kind>.in(kinds)) |
           when(static_cast<bool>(now), filter(f<&J::run_at> <= (now ? now() : Timestamp{}))) |
           when(!now, filter(f<&J::run_at> <= database_time()));
}

/// A clock that nobody sets and, unlike std::chrono::steady_clock, that goes on while the machine sleeps.
std::chrono::nanoseconds since_boot() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// Different for each taking, so that whoever lost a lease cannot end the job for the one who has it now.
std::string new_lease() {
    thread_local std::random_device device;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < 4; ++i)
        for (unsigned bits = device(), k = 0; k < 8; ++k, bits >>= 4) text += digits[bits & 15];
    return text;
}

/// What a column takes: valid UTF-8 without NUL, not endless.
std::string storable(std::string text) {
    constexpr std::size_t longest = 2000;
    if (text.size() > longest) text.resize(longest);
    try {
        count_code_points(text);
    } catch (const ValidationError&) {
        for (char& c : text)
            if (c == '\0' || static_cast<unsigned char>(c) > 126) c = '?';
    }
    return text;
}

/// Keeps a lease alive while its handler works, and notes in `until`, by since_boot(), how long it is sure to last.
class Renewal {
  public:
    using Until = std::atomic<std::chrono::nanoseconds::rep>;
    Renewal(Database& db, const J& row, std::chrono::milliseconds lease, Until& until)
        : thread_([this, &db, &row, lease, &until] { loop(db, row, lease, until); }) {}
    ~Renewal() {
        {
            const std::lock_guard lock(mutex_);
            done_ = true;
        }
        ended_.notify_all();
    }
    Renewal(const Renewal&) = delete;
    Renewal& operator=(const Renewal&) = delete;

  private:
    void loop(Database& db, const J& row, std::chrono::milliseconds lease, Until& until) {
        std::unique_lock lock(mutex_);
        while (!ended_.wait_for(lock, lease / 3, [this] { return done_; })) {
            lock.unlock();
            try {
                const auto asked = since_boot();
                if (db.update(select<J> | mine(row), set<& J::leased_until> = database_time(lease)) == 0) {
                    until = 0;
                    return;
                }
                until = (asked + lease).count();
            } catch (const Error&) {  // the next third may do better; if none does, still_mine() and finish() say so
            }
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable ended_;
    bool done_ = false;
    std::jthread thread_;  // last: joined first
};

std::uint64_t end_well(Executor& db, const J& row, Timestamp now) {
    if (row.every_seconds > 0)
        return db.update(select<J> | mine(row), set<&J::run_at> = now + std::chrono::seconds(row.every_seconds),
                         set<&J::attempts> = 0, set<&J::leased_until> = std::nullopt, set<&J::lease> = "",
                         set<&J::last_error> = "", set<&J::finished_at> = now);
    return db.update(select<J> | mine(row), set<&J::state> = State::done, set<&J::leased_until> = std::nullopt,
                     set<&J::lease> = "", set<&J::last_error> = "", set<&J::finished_at> = now);
}

}  // namespace

bool RunningJob::still_mine() const {
    return !finished_ && since_boot().count() < mine_until_;
}

void RunningJob::finish(Transaction& tx) {
    if (end_well(tx, row_, now_()) == 0)
        throw LeaseLost("job " + std::to_string(row_.id.value) + " (" + row_.kind + ") is another worker's by now");
    tx.on_commit([this] { finished_ = true; });
}

Worker::Worker(Database& db, WorkerOptions options)
    : db_(db), options_(std::move(options)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_ < 0) throw OperationalError("a worker needs an eventfd, and the system gives none");
    if (options_.lease < std::chrono::milliseconds(3)) throw UsageError("a worker's lease must be 3 ms or more");
    schedule(std::string(sweep_kind), std::chrono::hours(1), [this](RunningJob& job) { sweep_done(job); });
}

Worker::~Worker() {
    close(wake_);
}

void Worker::on(std::string kind, Handler handler) {
    if (!handlers_.emplace(kind, std::move(handler)).second)
        throw UsageError("jobs of kind '" + kind + "' have a handler already");
    kinds_.push_back(std::move(kind));
}

void Worker::schedule(std::string kind, std::chrono::seconds every, Handler handler) {
    if (every < std::chrono::seconds(1)) throw UsageError("a schedule's period must be a second or more");
    schedules_[kind] = every;
    schedule_again_ = {};
    on(std::move(kind), std::move(handler));
}

void Worker::ensure_schedules() {
    // Each hour: somebody may have removed a row, or a process with another period written it.
    const Timestamp now =
        options_.now ? options_.now() : Timestamp(std::chrono::duration_cast<std::chrono::microseconds>(since_boot()));
    if (now < schedule_again_) return;
    for (const auto& [kind, every] : schedules_) {
        J row;
        row.kind = kind;
        row.key = "schedule:" + kind;
        row.run_at = options_.now ? now : utc_now();
        row.every_seconds = static_cast<std::int32_t>(every.count());
        db_.insert_or_ignore<>(row);
        const auto own = filter(f<&J::key> == std::string(row.key));
        db_.update(select<J> | own | filter(f<&J::every_seconds> != row.every_seconds),
                   set<& J::every_seconds> = row.every_seconds);
        // Never later than a period from now, whatever clock or period wrote it.
        const auto no_later = [&](const auto& latest) {
            db_.update(select<J> | own | filter(f<&J::run_at> > latest), set<& J::run_at> = latest);
        };
        options_.now ? no_later(now + every) : no_later(database_time(every));
    }
    schedule_again_ = now + std::chrono::hours(1);
}

std::optional<Worker::Taken> Worker::take() {
    // Looking first costs a reader nothing on either database; a transaction that writes would take SQLite's only lock.
    if (!db_.exists(select<J> | due(options_.now, kinds_))) return std::nullopt;
    return db_.atomic([&](Transaction& tx) -> std::optional<Taken> {
        auto found = tx.first(select<J> | due(options_.now, kinds_) | order_by<&J::run_at, &J::id> |
                              annotate(database_time()) | for_no_key_update(skip_locked));
        if (!found) return std::nullopt;
        auto& [row, database_now] = *found;
        row.lease = new_lease();
        ++row.attempts;
        const auto asked = since_boot();
        tx.update(select<J> | filter(f<&J::id> == row.id), set<& J::lease> = std::string(row.lease),
                  set<& J::leased_until> = database_time(options_.lease), set<& J::attempts> = row.attempts);
        const Timestamp began = database_now;
        const auto by_the_database = [began, asked] {
            return began + std::chrono::duration_cast<std::chrono::microseconds>(since_boot() - asked);
        };
        return Taken{std::move(row), asked + options_.lease,
                     options_.now ? options_.now : std::function<Timestamp()>(by_the_database)};
    });
}

std::chrono::microseconds Worker::pause_after(int attempt) const {
    using std::chrono::milliseconds;
    milliseconds pause = options_.first_pause;
    for (int i = 1; i < attempt && pause < options_.longest_pause; ++i) pause *= 2;
    pause = std::min(pause, options_.longest_pause);
    thread_local std::minstd_rand random(std::random_device{}());
    // Half is fixed, half at random: a hundred jobs that failed together do not come back together.
    return pause / 2 + milliseconds(std::uniform_int_distribution<milliseconds::rep>(0, (pause / 2).count())(random));
}

JobReport Worker::settle(const Taken& taken, const std::string& error, bool permanent) {
    const J& row = taken.row;
    JobReport report{.id = row.id, .kind = row.kind, .attempt = row.attempts, .error = error};
    const bool last = permanent || row.attempts >= options_.max_attempts;
    std::uint64_t changed = 0;
    if (row.every_seconds > 0 && last) {
        report.again = taken.now() + std::chrono::seconds(row.every_seconds);
        changed = db_.update(select<J> | mine(row), set<& J::run_at> = *report.again, set<& J::attempts> = 0,
                             set<& J::leased_until> = std::nullopt, set<& J::lease> = "", set<& J::last_error> = error);
    } else if (last) {
        report.outcome = JobReport::Outcome::dead;
        changed = db_.update(select<J> | mine(row), set<& J::state> = State::dead, set<& J::lease> = "",
                             set<& J::leased_until> = std::nullopt, set<& J::last_error> = error,
                             set<& J::finished_at> = taken.now());
    } else {
        report.again = taken.now() + pause_after(row.attempts);
        changed = db_.update(select<J> | mine(row), set<& J::run_at> = *report.again, set<& J::lease> = "",
                             set<& J::leased_until> = std::nullopt, set<& J::last_error> = error);
    }
    if (report.again) report.outcome = JobReport::Outcome::retry;
    if (changed == 0) report.outcome = JobReport::Outcome::lost;
    return report;
}

void Worker::work(const Taken& taken) {
    const J& row = taken.row;
    const auto start = std::chrono::steady_clock::now();
    std::string error;
    bool failed = false, permanent = false;
    JobReport report;
    if (row.attempts > options_.max_attempts) {
        // Every try was begun and none ended: whoever ran it died of it.
        report = settle(taken, "no try came to an end: its worker was killed or crashed each time", true);
    } else {
        RunningJob job(db_, row, taken.now, taken.until);
        if (job.still_mine()) {
            try {
                const Renewal renewal(db_, row, options_.lease, job.mine_until_);  // a thread, which may be refused
                handlers_.find(std::string_view(row.kind))->second(job);
            } catch (const PermanentFailure& e) {
                failed = permanent = true;
                error = storable(e.what());
            } catch (const std::exception& e) {
                failed = true;
                error = storable(e.what());
            }
        } else {  // taking it took as long as the lease: another worker may be at it
            failed = true;
            error = "the database took longer than the lease to give the job away";
        }
        if (failed && !job.finished_) {
            report = settle(taken, error, permanent);
        } else {
            report = {.id = row.id, .kind = row.kind, .attempt = row.attempts, .error = error};
            if (!job.finished_ && end_well(db_, row, taken.now()) == 0) report.outcome = JobReport::Outcome::lost;
        }
    }
    report.took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    if (options_.report) options_.report(report);
}

std::size_t Worker::run_due() {
    ensure_schedules();
    std::size_t begun = 0;
    while (!stopped_.load()) {
        const std::optional<Taken> taken = take();
        if (!taken) break;
        ++begun;
        work(*taken);
    }
    return begun;
}

void Worker::run() {
    while (!stopped_.load()) {
        try {
            run_due();
        } catch (const std::exception& error) {
            // What was taken keeps its lease and is taken again; what could not be taken is still there.
            if (options_.report)
                options_.report({.outcome = JobReport::Outcome::lost, .kind = "outbox", .error = error.what()});
        }
        rest(options_.poll);
    }
}

void Worker::rest(std::chrono::milliseconds pause) const {
    if (stopped_.load()) return;
    pollfd wake{wake_, POLLIN, 0};
    ::poll(&wake, 1, static_cast<int>(pause.count()));
}

void Worker::stop() noexcept {
    stopped_.store(true);
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

void Worker::sweep_done(RunningJob& job) {
    const Timestamp before = job.now() - options_.keep_done;
    constexpr std::int64_t batch = 500;
    for (std::vector<Id<J>> old;;) {
        old = db_.all(select<J> | filter(f<&J::state> == State::done && f<&J::finished_at> < before) |
                      order_by<&J::finished_at, &J::id> | limit(batch) | values<&J::id>);
        if (!old.empty()) db_.erase(select<J> | filter(f<&J::id>.in(old) && f<&J::state> == State::done));
        if (static_cast<std::int64_t>(old.size()) < batch) return;
    }
}

}  // namespace orm
