/// Measures contenders against each other in one run: many short rounds in which each has its turn (ABAB...), the
/// median of each, and the ratio of the medians, so that whatever disturbs the machine disturbs both.
///
///     suite.measure("point read", "sqlite", {contender("ours", [&] { return db.get(id); }),
///                                            contender("handwritten", [&] { return hand.user(id); })});
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dump.hpp"

namespace bench {

struct Contender {
    std::string kind;                      ///< "ours" (the first one), "handwritten", "libpqxx", ...
    std::function<void(std::size_t)> run;  ///< does the work so many times
    std::function<std::string()> result;   ///< does it once and tells what it yielded, for comparison
    std::function<void()> reset{};         ///< undoes what the runs wrote; its time does not count
    std::size_t most = 100'000;            ///< runs between two resets
    std::function<std::string()> look{};   ///< what the runs have written
    /// Many times slower than the others: has blocks of its own length, and a turn only in some of the rounds, so that
    /// the others keep their number of rounds.
    bool slow = false;
};

/// Keeps the compiler from dropping work whose result nobody reads.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "r"(&value) : "memory");
}

template <class Work>
Contender contender(std::string kind, Work work) {
    return {std::move(kind),
            [work](std::size_t times) mutable {
                for (std::size_t i = 0; i < times; ++i) keep(work());
            },
            [work]() mutable { return dump(work()); }};
}

/// For work that writes: `look` tells what is in the database afterwards.
template <class Work>
Contender writer(std::string kind, Work work, std::function<std::string()> look, std::function<void()> reset,
                 std::size_t most = 100'000) {
    return {std::move(kind),
            [work](std::size_t times) mutable {
                for (std::size_t i = 0; i < times; ++i) keep(work());
            },
            [work, look, reset]() mutable {
                keep(work());
                std::string found = look();
                reset();
                return found;
            },
            reset,
            most,
            look};
}

struct Row {
    std::string name;
    std::string database;
    double ours_ns = 0;
    std::string baseline;
    double baseline_ns = 0;
    double ratio = 0;   ///< ours / baseline, of the medians
    double spread = 0;  ///< interquartile range of the rounds' ratios
};
/// The ratio that a row may have: 1.05 of hand-written code, 1.10 for SQLite's point read, a thirtieth of Django's
/// time, 1 of another peer's.
double target(const Row& row);

class Suite {
  public:
    /// `quick`: a fifth of the rounds. `filter`: a regular expression on "name (database)".
    Suite(bool quick, std::string filter);
    bool wants(const std::string& name, const std::string& database) const;
    /// Who takes part in a case besides those that it names: asked with the case's name and our contender.
    using Guest = std::function<std::optional<Contender>(const std::string&, const Contender&)>;
    void invite(Guest guest) { guest_ = std::move(guest); }
    /// The first contender is ours; throws when another one yields something else.
    void measure(const std::string& name, const std::string& database, std::vector<Contender> contenders);
    /// Said below the table: what was left out.
    void note(std::string text) { notes_.push_back(std::move(text)); }
    const std::vector<Row>& rows() const { return rows_; }
    bool quick() const { return quick_; }

    void print() const;
    void write_json(const std::string& path) const;

  private:
    bool quick_;
    std::string filter_;
    Guest guest_;
    std::vector<Row> rows_;
    std::vector<std::string> notes_;
};

}  // namespace bench
