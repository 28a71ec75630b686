/// Which index would make a statement cheaper, proved before it is proposed.
///
///     std::vector<orm::Logged> slow = orm::logged_statements("var/slow.jsonl", damaged);
///     for (const orm::Advice& advice : orm::advise(url, slow, notes))
///         std::cout << advice.sql << "  -- " << advice.before << " -> " << advice.after << '\n';
///
/// Statements come from the slow log, and on PostgreSQL from the extension pg_stat_statements where it is installed.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "orm/driver.hpp"

namespace orm {

/// A statement, how often it ran, and how long in all.
struct Logged {
    std::string name, place;  ///< query_name(), call_site(); of the server's own statistics: "pg_stat_statements", ""
    std::string text;
    std::uint64_t times = 0;
    double milliseconds = 0, worst = 0;
    std::string plan{};  ///< the last one that was logged
};

/// What a slow log holds, the most expensive in all first. Lines that are no log lines are counted in `damaged`. Throws
/// UsageError when the file cannot be read.
std::vector<Logged> logged_statements(const std::string& path, std::size_t& damaged);

/// What PostgreSQL itself counted in this database, the most expensive in all first; nothing where the extension
/// pg_stat_statements is not installed, and on SQLite.
std::vector<Logged> counted_statements(Connection& connection, std::size_t limit);

struct Advice {
    std::string name;  ///< of the statement
    std::string sql;
    std::string proof;          ///< "on a hypothetical index", "on a copy"
    std::string before, after;  ///< PostgreSQL: the planner's cost; SQLite, which has none: the rows that are read
};

/// Proves on hypothetical indexes where the extension hypopg is installed, else with real ones on a copy of the
/// database, which is removed again (`stop` ends that early). Proposes what saves a tenth of
/// the cost, or three quarters of SQLite's rows. `notes`: what could
/// not be looked at, and why. Throws ConfigurationError where no copy can be made.
std::vector<Advice> advise(const DatabaseUrl& url, const std::vector<Logged>& statements,
                           std::vector<std::string>& notes, const std::stop_token& stop = {});

}  // namespace orm
