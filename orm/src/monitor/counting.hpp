/// Where the executor tells the monitor what it does: an increment and one comparison when nobody listens.
///
///     monitor::Watch watch(statement.text, location, params);
///     const std::uint64_t rows = connection.run(statement, params, sink);
///     watch.done(rows);                                   // a Watch that ends without it saw an exception
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <source_location>
#include <span>
#include <string>

#include "orm/codec.hpp"
#include "orm/metrics.hpp"
#include "orm/monitor.hpp"

namespace orm::monitor {

void count_render();

/// How many scopes, logs and observers there are in the whole process.
extern std::atomic<unsigned> listeners;
extern std::atomic<std::uint64_t> statements;

/// This thread waited for a connection; the next statement that it runs is told so.
void add_wait(std::chrono::nanoseconds waited) noexcept;

/// Something of which there is one total for the process; see Totals.
enum class Happened : std::uint8_t { prepared, committed, rolled_back, retried, deadlock, serialization_failure };
void count(Happened what, std::uint64_t times = 1) noexcept;

/// Times one statement for whoever listens.
class Watch {
  public:
    Watch(const std::string& sql, std::source_location location, std::span<const Param> params = {}) {
        statements.fetch_add(1, std::memory_order_relaxed);
        if (listeners.load(std::memory_order_relaxed) != 0) [[unlikely]]
            begin(sql, location, params);
    }
    ~Watch() {
        if (active_) [[unlikely]]
            report(0, true);
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void done(std::uint64_t rows) {
        if (active_) [[unlikely]]
            report(rows, false);
    }
    /// The same sink, counting its rows for counted() while somebody listens. This must outlive the sink's use.
    RowSink count(const RowSink& sink);
    std::uint64_t counted() const { return rows_; }

  private:
    void begin(const std::string& sql, std::source_location location, std::span<const Param> params) noexcept;
    void report(std::uint64_t rows, bool failed) noexcept;

    bool active_ = false;
    const std::string* sql_ = nullptr;
    std::source_location location_;
    std::span<const Param> params_;
    std::chrono::steady_clock::time_point start_;
    RowSink counted_sink_;
    std::uint64_t rows_ = 0;
};

}  // namespace orm::monitor
