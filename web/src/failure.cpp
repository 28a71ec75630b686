#include "web/failure.hpp"

#include <atomic>

namespace web {
namespace {
std::atomic<FailureStatus> chosen{nullptr};
}

void set_failure_status(FailureStatus status) {
    chosen = status;
}

int failure_status(const std::exception& error) {
    const FailureStatus status = chosen;
    return status ? status(error) : 500;
}

}  // namespace web
