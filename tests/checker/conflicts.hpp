/// How often the database ended a transaction in favour of another one, in all processes together.
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <new>
#include <stdexcept>

#include "orm/metrics.hpp"

namespace checker {

/// What services mend by repeating themselves, so that no client sees it: counted in memory that all processes share
/// and that outlives them.
class Conflicts {
  public:
    Conflicts() {
        void* memory = mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::runtime_error("no memory to share");
        counts_ = new (memory) Counts;
    }
    ~Conflicts() { munmap(counts_, sizeof(Counts)); }
    Conflicts(const Conflicts&) = delete;
    Conflicts& operator=(const Conflicts&) = delete;

    /// Adds what this process has met since `seen`.
    void add(orm::Totals& seen) {
        const orm::Totals now = orm::totals();
        counts_->deadlocks += now.deadlocks - seen.deadlocks;
        counts_->retries += now.retried - seen.retried;
        seen = now;
    }
    std::uint64_t deadlocks() const { return counts_->deadlocks; }
    std::uint64_t retries() const { return counts_->retries; }

  private:
    struct Counts {
        std::atomic<std::uint64_t> deadlocks{0}, retries{0};
    };
    Counts* counts_;
};

}  // namespace checker
