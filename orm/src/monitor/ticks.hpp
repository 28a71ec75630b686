// A clock for short spans that costs a third of the system's: the processor's own counter, where it runs evenly.
//
//     ticks::calibrate();                                    // once, before the first span
//     const std::uint64_t start = ticks::now();
//     ...
//     std::chrono::nanoseconds took = ticks::since(start);
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace orm::ticks {

/// Nanoseconds for a tick; 0: the counter cannot be used, a tick is a nanosecond of the steady clock.
extern std::atomic<double> rate;

/// Finds out the rate in a fifth of a millisecond; later calls return at once.
void calibrate();

inline std::uint64_t now() noexcept {
#if defined(__x86_64__)
    if (rate.load(std::memory_order_relaxed) != 0) [[likely]]
        return __rdtsc();
#endif
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

/// Never negative: counters of two cores may differ by a hair.
inline std::chrono::nanoseconds since(std::uint64_t start) noexcept {
    const auto span = static_cast<std::int64_t>(now() - start);
    if (span <= 0) return std::chrono::nanoseconds(0);
    const double each = rate.load(std::memory_order_relaxed);
    return std::chrono::nanoseconds(each != 0 ? static_cast<std::int64_t>(static_cast<double>(span) * each) : span);
}

}  // namespace orm::ticks
