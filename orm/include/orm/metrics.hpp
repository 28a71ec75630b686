/// Numbers for a monitoring system: what the process did so far, in the text form that Prometheus reads.
///
///     orm::Metrics metrics;                                  // hears every statement from now on
///     const orm::Observation observation(metrics);
///     orm::MetricsText text;
///     metrics.write(text, db.pool());
///     std::cout << text.str();
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "orm/query_log.hpp"

namespace orm {

class Pool;

/// For the whole process since its start.
struct Totals {
    std::uint64_t statements = 0, prepared = 0;  ///< the difference found its statement prepared already
    std::uint64_t committed = 0, rolled_back = 0;
    std::uint64_t retried = 0, deadlocks = 0, serialization_failures = 0;
};
Totals totals();

/// How long something took, in buckets from 0.1 ms to 10 s. Any number of threads may add.
class Histogram {
  public:
    static constexpr std::array<double, 12> bounds = {0.0001, 0.00025, 0.001, 0.0025, 0.005, 0.01,
                                                      0.025,  0.1,     0.25,  1,      2.5,   10};  ///< seconds
    void add(std::chrono::nanoseconds duration) noexcept;

    struct Reading {
        std::array<std::uint64_t, bounds.size() + 1> buckets{};  ///< not cumulative; the last is beyond all bounds
        std::uint64_t count = 0;
        double seconds = 0;
    };
    Reading read() const;

  private:
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> buckets_{};
    std::atomic<std::uint64_t> nanoseconds_{0};
};

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// The text exposition format 0.0.4. Samples of one metric must follow each other.
class MetricsText {
  public:
    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";
    /// `type`: counter, gauge or histogram.
    void metric(std::string_view name, std::string_view type, std::string_view help);
    void sample(std::string_view name, double value, Labels labels = {});
    void histogram(std::string_view name, const Histogram::Reading& reading, Labels labels = {});
    const std::string& str() const { return text_; }

  private:
    std::string text_;
};

/// One latency histogram per call site, and how many rows and failures it had. Make one per process.
class Metrics : public QueryObserver {
  public:
    Metrics();
    ~Metrics() override;
    void ran(const QueryEvent& event) noexcept override;
    /// Statements by query, totals of the process, and the pool.
    void write(MetricsText& text, const Pool& pool) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orm
