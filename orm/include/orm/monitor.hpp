/// Counting statements: for tests (`expect_queries`) and, per scope, for anybody who wants to know.
///
///     orm::expect_queries(1, [&] { db.all(event_list); });       // throws UsageError listing the statements otherwise
///     orm::QueryScope scope; ...; scope.statements().size();
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <source_location>
#include <string>
#include <vector>

namespace orm {

/// One statement as it was run; parameters are not kept.
struct QueryRecord {
    std::string text;
    std::source_location location;
    std::uint64_t rows = 0;
    std::chrono::nanoseconds duration{0};
};

/// Records the statements that this thread runs while it lives. Scopes nest; each sees its own and its inner ones'
/// statements.
class QueryScope {
  public:
    QueryScope();
    ~QueryScope();
    QueryScope(const QueryScope&) = delete;
    QueryScope& operator=(const QueryScope&) = delete;
    const std::vector<QueryRecord>& statements() const { return records_; }

  private:
    friend struct QueryScopes;
    std::vector<QueryRecord> records_;
    QueryScope* outer_;
};

/// Runs `body` and throws UsageError, listing the statements, unless it ran exactly `count` of them on this thread.
void expect_queries(std::size_t count, const std::function<void()>& body);

/// For the whole process: how many texts were rendered from query types, and how many statements were run.
struct Counters {
    std::uint64_t renders = 0;
    std::uint64_t statements = 0;
};
Counters counters();

}  // namespace orm
