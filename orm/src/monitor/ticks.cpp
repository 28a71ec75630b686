#include "monitor/ticks.hpp"

#include <mutex>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace orm::ticks {

std::atomic<double> rate{0};

namespace {

#if defined(__x86_64__)

/// Whether the counter runs at one speed, whatever the core does ("invariant TSC").
bool even() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) != 0 && (d & (1U << 8)) != 0;
}

struct Moment {
    std::uint64_t ticks;
    std::int64_t nanoseconds;
};

/// Both clocks at one moment: of some readings the one that nothing came between.
Moment both() {
    Moment best{};
    std::uint64_t narrowest = ~std::uint64_t{0};
    for (int i = 0; i < 8; ++i) {
        const std::uint64_t before = __rdtsc();
        const std::int64_t time = std::chrono::steady_clock::now().time_since_epoch().count();
        const std::uint64_t after = __rdtsc();
        if (after - before >= narrowest) continue;
        narrowest = after - before;
        best = {before + (after - before) / 2, time};
    }
    return best;
}

double measured() {
    if (!even()) return 0;
    const Moment start = both();
    Moment end = both();
    while (end.nanoseconds - start.nanoseconds < 200'000) end = both();
    if (end.ticks <= start.ticks) return 0;
    return static_cast<double>(end.nanoseconds - start.nanoseconds) / static_cast<double>(end.ticks - start.ticks);
}

#else

double measured() {
    return 0;
}

#endif

}  // namespace

void calibrate() {
    static std::once_flag once;
    std::call_once(once, [] { rate = measured(); });
}

}  // namespace orm::ticks
