/// What ran: every statement of a scope with its call site, redacted parameters, rows and times.
///
///     orm::QueryLog log;                                     // this thread's statements while it lives
///     show_events(db);
///     for (const orm::LoggedQuery& q : log.queries()) std::cout << q.name << ": " << q.rows << " rows\n";
///     for (const orm::Repetition& r : log.repetitions(5)) std::cout << r.name << " ran " << r.count << " times\n";
///
/// While nobody listens a statement costs one more comparison; see docs/topics/operating.md for the price of listening.
#pragma once

#include <chrono>
#include <cstdint>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orm/codec.hpp"

namespace orm {

/// One statement as it ended, while its parameters still lie in memory: who listens copies what he keeps.
struct QueryEvent {
    std::string_view name;  ///< orm::named; empty: it has none
    std::string_view text;
    std::span<const Param> params;
    std::source_location location;
    std::uint64_t rows = 0;                ///< read, or written
    std::uint64_t bytes = 0;               ///< of the values read; see Connection::received()
    std::chrono::nanoseconds wait{0};      ///< for a connection (or SQLite's right to write) since the last statement
    std::chrono::nanoseconds duration{0};  ///< from sending it to the last row
    bool failed = false;
};

/// Hears of every statement of every thread. `ran` is called on the thread that ran it, before the caller has the
/// result; it must be quick, must not throw and must not use an orm::Database.
class QueryObserver {
  public:
    virtual ~QueryObserver() = default;
    virtual void ran(const QueryEvent& event) noexcept = 0;
};

/// Lets `observer` hear while this lives. At most eight at once (UsageError). End it only when no other thread is
/// running statements: one that is under way may still report.
class Observation {
  public:
    explicit Observation(QueryObserver& observer);
    ~Observation();
    Observation(const Observation&) = delete;
    Observation& operator=(const Observation&) = delete;

  private:
    std::size_t place_;
};

/// `crush_lu/pages_events.cpp:41`; `unknown` where the caller left it out.
std::string call_site(const std::source_location& location);
/// How logs, metrics and `entreprinder db explain` call a query: its name, else its call site.
std::string query_name(std::string_view name, const std::source_location& location);

/// A parameter without its value: `int64`, `text(12)` (bytes), `array(3)`, `null`. With `values` the value itself,
/// long ones cut.
std::string describe(const Param& param, bool values = false);

struct LoggedQuery {
    std::string text;
    std::string name;   ///< query_name()
    std::string place;  ///< call_site()
    std::source_location location;
    std::vector<std::string> params;  ///< describe()d
    std::uint64_t rows = 0, bytes = 0;
    std::chrono::nanoseconds wait{0}, duration{0};
    bool failed = false;
};

/// The same text from the same place, again and again: a loop of queries where one would do.
struct Repetition {
    std::string name, text;
    std::size_t count = 0;
    std::chrono::nanoseconds duration{0};  ///< of all together
};

struct QueryLogOptions {
    bool values = false;  ///< keep parameters' values: personal data lands in the log; for development only
};

/// Logs the statements of this thread while it lives; belongs on the stack. Logs nest, each sees the inner ones'
/// statements.
class QueryLog {
  public:
    explicit QueryLog(QueryLogOptions options = {});
    ~QueryLog();
    QueryLog(const QueryLog&) = delete;
    QueryLog& operator=(const QueryLog&) = delete;

    /// In the order in which they ended. Worked out when asked: while statements run, a log only takes notes.
    const std::vector<LoggedQuery>& queries() const;
    std::size_t size() const { return notes_.size(); }
    /// What ran more than `allowed` times, the most frequent first.
    std::vector<Repetition> repetitions(std::size_t allowed = 5) const;
    std::chrono::nanoseconds database_time() const;
    std::chrono::nanoseconds wait() const;

  private:
    friend struct QueryLogs;
    /// A parameter as it was: its type and, where it has one, its size.
    struct ParamNote {
        const TypeInfo* type;
        std::size_t size;
        bool null;
    };
    /// Texts, parameters and values stand one after another in the three below; `text`, `params` and `values` are where
    /// this statement's end.
    struct Note {
        std::string_view name;
        std::size_t text, params, values;
        std::source_location location;
        std::uint64_t rows, bytes;
        std::chrono::nanoseconds wait, duration;
        bool failed;
    };
    void add(const QueryEvent& event);

    QueryLogOptions options_;
    std::vector<Note> notes_;
    std::string texts_;
    std::vector<ParamNote> params_;
    std::vector<std::string> values_;  ///< with QueryLogOptions::values, in place of params_
    mutable std::vector<LoggedQuery> queries_;
    QueryLog* outer_;
};

}  // namespace orm
