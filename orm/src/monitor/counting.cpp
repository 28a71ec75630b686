#include "monitor/counting.hpp"

#include <array>
#include <utility>

#include "monitor/ticks.hpp"
#include "orm/errors.hpp"
#include "orm/query_log.hpp"

namespace orm {

namespace monitor {
std::atomic<unsigned> listeners{0};
std::atomic<std::uint64_t> statements{0};
}  // namespace monitor

namespace {
std::atomic<std::uint64_t> renders{0};
std::array<std::atomic<std::uint64_t>, 6> happened{};
std::array<std::atomic<QueryObserver*>, 8> observers{};
thread_local QueryScope* innermost = nullptr;
thread_local QueryLog* innermost_log = nullptr;
thread_local std::chrono::nanoseconds waited_here{0};
}  // namespace

/// Appends to the scopes of this thread.
struct QueryScopes {
    static void add(const QueryEvent& event) {
        for (QueryScope* scope = innermost; scope; scope = scope->outer_)
            scope->records_.push_back({std::string(event.text), event.location, event.rows, event.duration});
    }
};

struct QueryLogs {
    static void add(const QueryEvent& event) {
        for (QueryLog* log = innermost_log; log; log = log->outer_) log->add(event);
    }
};

QueryScope::QueryScope() : outer_(std::exchange(innermost, this)) {
    ticks::calibrate();
    monitor::listeners.fetch_add(1, std::memory_order_relaxed);
}
QueryScope::~QueryScope() {
    monitor::listeners.fetch_sub(1, std::memory_order_relaxed);
    innermost = outer_;
}

QueryLog::QueryLog(QueryLogOptions options) : options_(options), outer_(std::exchange(innermost_log, this)) {
    ticks::calibrate();
    waited_here = {};
    monitor::listeners.fetch_add(1, std::memory_order_relaxed);
}
QueryLog::~QueryLog() {
    monitor::listeners.fetch_sub(1, std::memory_order_relaxed);
    innermost_log = outer_;
}

Observation::Observation(QueryObserver& observer) : place_(observers.size()) {
    ticks::calibrate();
    for (std::size_t i = 0; i < observers.size() && place_ == observers.size(); ++i) {
        QueryObserver* free = nullptr;
        if (observers[i].compare_exchange_strong(free, &observer)) place_ = i;
    }
    if (place_ == observers.size()) throw UsageError("eight observers hear the statements already; end one first");
    monitor::listeners.fetch_add(1, std::memory_order_relaxed);
}
Observation::~Observation() {
    monitor::listeners.fetch_sub(1, std::memory_order_relaxed);
    observers[place_].store(nullptr);
}

Counters counters() {
    return {renders.load(), monitor::statements.load()};
}

Totals totals() {
    const auto of = [](monitor::Happened what) { return happened[static_cast<std::size_t>(what)].load(); };
    using H = monitor::Happened;
    return {monitor::statements.load(),  of(H::prepared), of(H::committed),
            of(H::rolled_back),          of(H::retried),  of(H::deadlock),
            of(H::serialization_failure)};
}

void expect_queries(std::size_t count, const std::function<void()>& body) {
    const QueryScope scope;
    body();
    if (scope.statements().size() == count) return;
    std::string message =
        "expected " + std::to_string(count) + " statements, ran " + std::to_string(scope.statements().size()) + ":";
    for (const QueryRecord& record : scope.statements())
        message += std::string("\n  ") + record.location.file_name() + ":" + std::to_string(record.location.line()) +
                   "  " + record.text;
    throw UsageError(message);
}

namespace monitor {

void count_render() {
    renders.fetch_add(1, std::memory_order_relaxed);
}

void count(Happened what, std::uint64_t times) noexcept {
    if (times != 0) happened[static_cast<std::size_t>(what)].fetch_add(times, std::memory_order_relaxed);
}

void add_wait(std::chrono::nanoseconds waited) noexcept {
    waited_here += waited;
}

void Watch::begin() noexcept {
    active_ = true;
    received_ = connection_.received();
    start_ = ticks::now();
}

void Watch::report(std::uint64_t rows, std::uint64_t bytes, bool failed) noexcept {
    active_ = false;
    const std::chrono::nanoseconds duration = ticks::since(start_);
    const QueryEvent event{name_,    sql_,  params_, location_, rows, bytes, std::exchange(waited_here, {}),
                           duration, failed};
    // Out of memory for a log entry loses the entry, not the caller's statement.
    try {
        if (!failed) QueryScopes::add(event);
        QueryLogs::add(event);
    } catch (...) {
    }
    for (const auto& place : observers)
        if (QueryObserver* observer = place.load(std::memory_order_acquire)) observer->ran(event);
}

RowSink Watch::count(const RowSink& sink) {
    if (!active_) return sink;
    counted_sink_ = sink;
    RowSink result = sink;
    result.context = this;
    result.next = [](void* self) {
        auto& watch = *static_cast<Watch*>(self);
        ++watch.rows_;
        return watch.counted_sink_.next(watch.counted_sink_.context);
    };
    if (sink.done)
        result.done = [](void* self) {
            auto& watch = *static_cast<Watch*>(self);
            return watch.counted_sink_.done(watch.counted_sink_.context);
        };
    return result;
}

}  // namespace monitor
}  // namespace orm
