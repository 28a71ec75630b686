/// How long a page's markup took to write, from head to footer. Measured only where somebody put one into the request:
///
///     const platform::PageTime& time = request.set(platform::PageTime{});
///     web::Response response = site(request);
///     std::cout << time.spent.count() << " ns of template\n";
#pragma once

#include <chrono>

namespace platform {

struct PageTime {
    std::chrono::nanoseconds spent{0};
    std::chrono::steady_clock::time_point since{};

    void begin() { since = std::chrono::steady_clock::now(); }
    void end() { spent += std::chrono::steady_clock::now() - since; }
};

}  // namespace platform
