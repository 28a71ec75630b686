/// What a client has begun and what was acknowledged to it, in a file that survives its kill -9.
///
///     Journal journal(path, generation);
///     const std::string id = journal.begin("register", user, event);
///     journal.end(id, "in");                 // acknowledged: must never be lost
///     for (const Entry& entry : read_journal(path)) ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace checker {

struct Entry {
    std::string id, action;
    std::int64_t user = 0;
    std::string target;
    std::optional<std::string> outcome;  ///< nothing: never heard of again
};

class Journal {
  public:
    /// Appends; `generation` makes ids differ from those of the process that was killed before.
    Journal(const std::string& path, int generation);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    std::string begin(const std::string& action, std::int64_t user, const std::string& target);
    void end(const std::string& id, const std::string& outcome);

  private:
    void write_line(const std::string& line) const;
    int descriptor_;
    int generation_;
    int count_ = 0;
};

/// In the order in which they were begun. A file that is not there: none.
std::vector<Entry> read_journal(const std::string& path);

}  // namespace checker
