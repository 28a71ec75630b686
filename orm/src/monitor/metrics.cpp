#include "orm/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "orm/pool.hpp"

namespace orm {

namespace {

double seconds(std::chrono::nanoseconds span) {
    return std::chrono::duration<double>(span).count();
}

std::string label_text(Labels labels, std::string_view bound = {}) {
    std::string text;
    const auto add = [&](std::string_view name, std::string_view value) {
        (text += text.empty() ? "{" : ",") += name;
        text += "=\"";
        for (const char c : value) {
            if (c == '\\' || c == '"') text += '\\';
            if (c == '\n')
                text += "\\n";
            else
                text += c;
        }
        text += '"';
    };
    for (const auto& [name, value] : labels) add(name, value);
    if (!bound.empty()) add("le", bound);
    return text.empty() ? text : text + "}";
}

}  // namespace

void Histogram::add(std::chrono::nanoseconds duration) noexcept {
    static constexpr auto limits = [] {
        std::array<std::int64_t, bounds.size()> result{};
        for (std::size_t i = 0; i < bounds.size(); ++i) result[i] = static_cast<std::int64_t>(bounds[i] * 1e9 + 0.5);
        return result;
    }();
    const auto place = std::lower_bound(limits.begin(), limits.end(), duration.count()) - limits.begin();
    buckets_[static_cast<std::size_t>(place)].fetch_add(1, std::memory_order_relaxed);
    nanoseconds_.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count())),
                           std::memory_order_relaxed);
}

Histogram::Reading Histogram::read() const {
    Reading reading;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        reading.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
        reading.count += reading.buckets[i];
    }
    reading.seconds = static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
    return reading;
}

void MetricsText::metric(std::string_view name, std::string_view type, std::string_view help) {
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void MetricsText::sample(std::string_view name, double value, Labels labels) {
    text_ += fmt::format("{}{} {}\n", name, label_text(labels), value);
}

void MetricsText::histogram(std::string_view name, const Histogram::Reading& reading, Labels labels) {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < Histogram::bounds.size(); ++i) {
        below += reading.buckets[i];
        text_ +=
            fmt::format("{}_bucket{} {}\n", name, label_text(labels, fmt::format("{}", Histogram::bounds[i])), below);
    }
    text_ += fmt::format("{0}_bucket{1} {2}\n{0}_sum{3} {4}\n{0}_count{3} {2}\n", name, label_text(labels, "+Inf"),
                         reading.count, label_text(labels), reading.seconds);
}

struct Metrics::Impl {
    struct Query {
        Histogram duration;
        std::atomic<std::uint64_t> rows{0}, bytes{0}, failures{0};
    };
    /// A query's name, or else its file and line, lie in the program's constants: the address tells them apart.
    using Site = std::pair<const char*, std::uint_least32_t>;

    /// The thread's last call sites: no lock in the common case. `owner` is a number, since an address may come again.
    Query* find(const QueryEvent& event) {
        struct Seen {
            std::uint64_t owner = 0;
            Site site{};
            Query* query = nullptr;
        };
        thread_local std::array<Seen, 64> seen;
        const Site site =
            event.name.empty() ? Site{event.location.file_name(), event.location.line()} : Site{event.name.data(), 0};
        Seen& place = seen[(reinterpret_cast<std::uintptr_t>(site.first) / 8 + site.second) % seen.size()];
        if (place.owner != number || place.site != site) {
            const std::lock_guard lock(mutex);
            Query*& query = sites[site];
            if (!query) {
                std::unique_ptr<Query>& named = queries[query_name(event.name, event.location)];
                if (!named) named = std::make_unique<Query>();
                query = named.get();
            }
            place = {number, site, query};
        }
        return place.query;
    }

    static std::uint64_t next() {
        static std::atomic<std::uint64_t> last{0};
        return ++last;
    }
    const std::uint64_t number = next();
    mutable std::mutex mutex;
    std::map<Site, Query*> sites;  ///< one query has several: a header's line in several units, say
    std::map<std::string, std::unique_ptr<Query>> queries;
    Histogram wait;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::ran(const QueryEvent& event) noexcept {
    try {
        Impl::Query* query = impl_->find(event);
        query->duration.add(event.duration);
        query->rows.fetch_add(event.rows, std::memory_order_relaxed);
        query->bytes.fetch_add(event.bytes, std::memory_order_relaxed);
        if (event.failed) query->failures.fetch_add(1, std::memory_order_relaxed);
        if (event.wait.count() != 0) impl_->wait.add(event.wait);
    } catch (...) {  // out of memory for a new call site: a number is lost, not the statement
    }
}

void Metrics::write(MetricsText& text, const Pool& pool) const {
    std::map<std::string, const Impl::Query*> queries;
    {
        const std::lock_guard lock(impl_->mutex);
        for (const auto& [name, query] : impl_->queries) queries.emplace(name, query.get());
    }
    text.metric("entreprinder_query_duration_seconds", "histogram",
                "Time of a statement in the database, by query: its name, or its call site.");
    for (const auto& [name, query] : queries)
        text.histogram("entreprinder_query_duration_seconds", query->duration.read(), {{"query", name}});
    text.metric("entreprinder_query_rows_total", "counter", "Rows that a query read or wrote.");
    for (const auto& [name, query] : queries)
        text.sample("entreprinder_query_rows_total", static_cast<double>(query->rows.load()), {{"query", name}});
    text.metric("entreprinder_query_bytes_total", "counter", "Bytes of the values that a query read.");
    for (const auto& [name, query] : queries)
        text.sample("entreprinder_query_bytes_total", static_cast<double>(query->bytes.load()), {{"query", name}});
    text.metric("entreprinder_query_failures_total", "counter", "Statements of a query that failed.");
    for (const auto& [name, query] : queries)
        text.sample("entreprinder_query_failures_total", static_cast<double>(query->failures.load()),
                    {{"query", name}});
    text.metric("entreprinder_connection_wait_seconds", "histogram",
                "Waits for a connection (or for SQLite's right to write); those who did not wait are not counted.");
    text.histogram("entreprinder_connection_wait_seconds", impl_->wait.read());

    const auto one = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
        text.metric(name, type, help);
        text.sample(name, static_cast<double>(value));
    };
    const PoolStatistics p = pool.statistics();
    one("entreprinder_pool_size", "gauge", "Connections that the pool may have.", p.size);
    one("entreprinder_pool_in_use", "gauge", "Connections lent out.", p.in_use);
    one("entreprinder_pool_idle", "gauge", "Connections open and free.", p.idle);
    one("entreprinder_pool_waiting", "gauge", "Callers in the queue for a connection.", p.waiting);
    one("entreprinder_pool_acquired_total", "counter", "Connections lent.", p.acquired);
    one("entreprinder_pool_opened_total", "counter", "Connections opened.", p.opened);
    one("entreprinder_pool_broken_total", "counter", "Connections closed because they were broken.", p.closed_broken);
    one("entreprinder_pool_timeouts_total", "counter", "Callers who got no connection in time.", p.timeouts);
    one("entreprinder_pool_wait_seconds_total", "counter", "Time spent in the queue.", seconds(p.total_wait));
    one("entreprinder_pool_longest_wait_seconds", "gauge", "The longest wait since the start.",
        seconds(p.longest_wait));

    const Totals t = totals();
    one("entreprinder_statements_total", "counter", "Statements run.", t.statements);
    one("entreprinder_statements_prepared_total", "counter",
        "Statements prepared; the others found theirs in the connection's cache.", t.prepared);
    text.metric("entreprinder_transactions_total", "counter", "Outermost transactions by how they ended.");
    text.sample("entreprinder_transactions_total", static_cast<double>(t.committed), {{"end", "commit"}});
    text.sample("entreprinder_transactions_total", static_cast<double>(t.rolled_back), {{"end", "rollback"}});
    one("entreprinder_transaction_retries_total", "counter", "Transactions run again after a conflict.", t.retried);
    one("entreprinder_deadlocks_total", "counter", "Transactions that the database ended to resolve a deadlock.",
        t.deadlocks);
    one("entreprinder_serialization_failures_total", "counter", "Transactions that could not be serialized.",
        t.serialization_failures);
}

}  // namespace orm
