/// Where the executor tells the monitor what it does: an increment and one comparison when nobody listens.
///
///     monitor::Watch watch(connection, statement, location, params);
///     const std::uint64_t rows = connection.run(statement, params, sink);
///     watch.done(rows);                                   // a Watch that ends without it saw an exception
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <source_location>
#include <span>
#include <string>

#include "orm/driver.hpp"
#include "orm/metrics.hpp"
#include "orm/monitor.hpp"

namespace orm::monitor {

void count_render();

/// How many scopes, logs and observers there are in the whole process.
extern std::atomic<unsigned> listeners;
extern std::atomic<std::uint64_t> statements;

/// Somebody listens, so that it is worth knowing how many bytes a result has.
inline bool heard() noexcept {
    return listeners.load(std::memory_order_relaxed) != 0;
}

/// This thread waited for a connection; the next statement that it runs is told so.
void add_wait(std::chrono::nanoseconds waited) noexcept;

/// Something of which there is one total for the process; see Totals.
enum class Happened : std::uint8_t { prepared, committed, rolled_back, retried, deadlock, serialization_failure };
void count(Happened what, std::uint64_t times = 1) noexcept;

/// Times one statement for whoever listens.
class Watch {
  public:
    Watch(const Connection& connection, const Statement& statement, std::source_location location,
          std::span<const Param> params)
        : Watch(connection, statement.text, location, statement.name, params) {}
    Watch(const Connection& connection, std::string_view sql, std::source_location location, std::string_view name = {},
          std::span<const Param> params = {})
        : connection_(connection), name_(name), sql_(sql), location_(location), params_(params) {
        statements.fetch_add(1, std::memory_order_relaxed);
        if (heard()) [[unlikely]]
            begin();
    }
    ~Watch() {
        if (active_) [[unlikely]]
            report(0, 0, true);
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void done(std::uint64_t rows) {
        if (active_) [[unlikely]]
            report(rows, connection_.received() - received_, false);
    }
    /// For one of several statements that are under way together.
    void done(std::uint64_t rows, std::uint64_t bytes) {
        if (active_) [[unlikely]]
            report(rows, bytes, false);
    }
    /// The same sink, counting its rows for counted() while somebody listens. This must outlive the sink's use.
    RowSink count(const RowSink& sink);
    std::uint64_t counted() const { return rows_; }

  private:
    void begin() noexcept;
    void report(std::uint64_t rows, std::uint64_t bytes, bool failed) noexcept;

    const Connection& connection_;
    const std::string_view name_, sql_;
    const std::source_location location_;
    const std::span<const Param> params_;
    bool active_ = false;
    std::uint64_t received_ = 0;
    std::uint64_t start_ = 0;
    RowSink counted_sink_;
    std::uint64_t rows_ = 0;
};

}  // namespace orm::monitor
