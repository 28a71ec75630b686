#include "monitor/counting.hpp"

#include <utility>

#include "orm/errors.hpp"

namespace orm {

namespace {
std::atomic<std::uint64_t> renders{0};
std::atomic<std::uint64_t> statements{0};
thread_local QueryScope* innermost = nullptr;
}  // namespace

/// Appends to the scopes of this thread.
struct QueryScopes {
    static void add(const QueryRecord& record) {
        for (QueryScope* scope = innermost; scope; scope = scope->outer_) scope->records_.push_back(record);
    }
};

QueryScope::QueryScope() : outer_(std::exchange(innermost, this)) {}
QueryScope::~QueryScope() {
    innermost = outer_;
}

Counters counters() {
    return {renders.load(), statements.load()};
}

void expect_queries(std::size_t count, const std::function<void()>& body) {
    const QueryScope scope;
    body();
    if (scope.statements().size() == count) return;
    std::string message =
        "expected " + std::to_string(count) + " statements, ran " + std::to_string(scope.statements().size()) + ":";
    for (const QueryRecord& record : scope.statements())
        message += std::string("\n  ") + record.location.file_name() + ":" + std::to_string(record.location.line()) +
                   "  " + record.text;
    throw UsageError(message);
}

namespace monitor {

void count_render() {
    renders.fetch_add(1, std::memory_order_relaxed);
}

Watch::Watch(const std::string& sql, std::source_location location)
    : sql_(sql), location_(location), active_(innermost != nullptr) {
    statements.fetch_add(1, std::memory_order_relaxed);
    if (active_) start_ = std::chrono::steady_clock::now();
}

void Watch::done(std::uint64_t rows) {
    if (!active_) return;
    QueryRecord record;
    record.text = sql_;
    record.location = location_;
    record.rows = rows;
    record.duration = std::chrono::steady_clock::now() - start_;
    QueryScopes::add(record);
}

}  // namespace monitor
}  // namespace orm
