/// Where the executor tells the monitor what it does. Costs an increment and a thread-local load when nobody listens.
#pragma once

#include <atomic>
#include <chrono>
#include <source_location>
#include <string>

#include "orm/monitor.hpp"

namespace orm::monitor {

void count_render();

/// Times one statement for the scopes of this thread.
class Watch {
  public:
    Watch(const std::string& sql, std::source_location location);
    void done(std::uint64_t rows);

  private:
    const std::string& sql_;
    std::source_location location_;
    bool active_;
    std::chrono::steady_clock::time_point start_;
};

}  // namespace orm::monitor
