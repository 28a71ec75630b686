#include "orm/slow_log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <atomic>
#include <boost/json.hpp>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>

#include "orm/errors.hpp"

namespace orm {

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(std::chrono::nanoseconds span) {
    return static_cast<double>(span.count()) / 1e6;
}

boost::json::object line_of(const QueryEvent& event) {
    boost::json::object line;
    line["at"] = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    line["name"] = query_name(event.name, event.location);
    line["place"] = call_site(event.location);
    line["text"] = event.text;
    boost::json::array params;
    for (const Param& param : event.params) params.emplace_back(describe(param));
    line["params"] = std::move(params);
    line["rows"] = event.rows;
    line["bytes"] = event.bytes;
    line["ms"] = milliseconds(event.duration);
    line["wait_ms"] = milliseconds(event.wait);
    line["failed"] = event.failed;
    return line;
}

}  // namespace

struct SlowLog::Impl {
    static constexpr std::size_t most_queued = 256;

    explicit Impl(SlowLogOptions given) : options(std::move(given)), thread([this] { work(); }) {}
    ~Impl() {
        {
            const std::lock_guard lock(mutex);
            ending = true;
        }
        changed.notify_all();
        thread.join();
    }

    void work() {
        std::unique_lock lock(mutex);
        for (;;) {
            changed.wait(lock, [this] { return ending || !queue.empty(); });
            if (queue.empty()) return;
            boost::json::object line = std::move(queue.front());
            queue.pop_front();
            busy = true;
            const bool plans = !ending;
            lock.unlock();
            try {
                if (plans) add_plan(line);
                append(boost::json::serialize(line) + "\n");
            } catch (const std::exception&) {
                ++lost;
            }
            lock.lock();
            busy = false;
            if (queue.empty()) idle.notify_all();
        }
    }

    void add_plan(boost::json::object& line) {
        if (Clock::now() - minute >= std::chrono::minutes(1)) {
            minute = Clock::now();
            plans = 0;
        }
        if (plans >= options.plans_per_minute) return;
        ++plans;
        try {
            DatabaseUrl side = options.url;
            side.statement_timeout = std::chrono::seconds(2);
            side.lock_timeout = std::chrono::seconds(1);
            const GenericPlan plan = generic_plan(*connect(side), line.at("text").as_string());
            line["plan"] = plan.text;
            line["cost"] = plan.cost;
        } catch (const Error& error) {
            line["plan_error"] = error.what();
        }
    }

    void append(const std::string& text) {
        namespace fs = std::filesystem;
        std::error_code ignored;
        if (options.path.has_parent_path()) fs::create_directories(options.path.parent_path(), ignored);
        const std::uintmax_t size = fs::file_size(options.path, ignored);
        if (!ignored && size > options.longest) fs::rename(options.path, options.path.string() + ".1", ignored);
        std::ofstream file(options.path, std::ios::app | std::ios::binary);
        file << text << std::flush;
        if (!file) ++lost;
    }

    const SlowLogOptions options;
    std::mutex mutex;
    std::condition_variable changed, idle;
    std::deque<boost::json::object> queue;
    bool ending = false, busy = false;
    std::atomic<std::uint64_t> slow{0}, lost{0};
    Clock::time_point minute = Clock::now();  ///< this and the next: the thread's own
    unsigned plans = 0;
    std::thread thread;  ///< last: it uses the others
};

SlowLog::SlowLog(SlowLogOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
SlowLog::~SlowLog() = default;

void SlowLog::ran(const QueryEvent& event) noexcept {
    if (event.duration < impl_->options.threshold) return;
    ++impl_->slow;
    try {
        {
            const std::lock_guard lock(impl_->mutex);
            if (impl_->queue.size() >= Impl::most_queued) {
                ++impl_->lost;
                return;
            }
            impl_->queue.push_back(line_of(event));
        }
        impl_->changed.notify_one();
    } catch (...) {
        ++impl_->lost;
    }
}

void SlowLog::flush() {
    std::unique_lock lock(impl_->mutex);
    impl_->idle.wait(lock, [this] { return impl_->queue.empty() && !impl_->busy; });
}

std::uint64_t SlowLog::slow() const {
    return impl_->slow;
}
std::uint64_t SlowLog::lost() const {
    return impl_->lost;
}

}  // namespace orm
