/// Statements that took long, as JSON lines with their plans, for `entreprinder db slow` and `db advise`.
///
///     orm::SlowLog slow({.url = db.url(), .path = "var/slow.jsonl", .threshold = std::chrono::milliseconds(100)});
///     const orm::Observation observation(slow);
///     ...
///     slow.flush();                                          // what is queued is in the file now
///
/// A line: {"at","name","place","text","params","rows","bytes","ms","wait_ms","failed","plan","cost"}; parameters are
/// described, never stored. Plans are made by another thread on a connection of its own, never in the caller's
/// transaction.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "orm/driver.hpp"
#include "orm/query_log.hpp"

namespace orm {

/// How the database would run a statement whose parameters are unknown.
struct GenericPlan {
    std::string text;  ///< indented, one step a line
    double cost = 0;   ///< PostgreSQL's estimate; SQLite makes none: 0
};

/// Plans `sql` with its placeholders open, without running it. Throws what the database says of it, and UsageError for
/// what is no single SELECT, INSERT, UPDATE, DELETE or WITH.
GenericPlan generic_plan(Connection& connection, std::string_view sql);

struct SlowLogOptions {
    DatabaseUrl url;             ///< where plans are made
    std::filesystem::path path;  ///< appended to; its folder is made
    std::chrono::milliseconds threshold{100};
    unsigned plans_per_minute = 20;     ///< more statements are logged without plan
    std::uintmax_t longest = 16 << 20;  ///< bytes; then the file becomes PATH.1, replacing an older one
};

class SlowLog : public QueryObserver {
  public:
    explicit SlowLog(SlowLogOptions options);
    /// Writes what is queued.
    ~SlowLog() override;
    void ran(const QueryEvent& event) noexcept override;
    /// Waits until everything that ran before is in the file.
    void flush();
    /// Statements that were slow, and those of them that were not logged because too many came at once or the file
    /// could not be written.
    std::uint64_t slow() const;
    std::uint64_t lost() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orm
