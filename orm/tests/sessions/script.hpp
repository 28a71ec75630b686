/// A lock script: what sessions do, in which order, who must wait for whom, and how each step must end. The format is
/// in docs/topics/lock-scripts.md.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lock_script {

/// `lock: for_update 1`
struct Step {
    std::string name;
    std::string action;  ///< its first word
    std::vector<std::string> words;
};

/// One line of an order: `b.write waits for a`, `b.write ends -> ok`, `c.write still waits for b`, `a.read -> 10`
struct Line {
    int number = 0;  ///< in the file
    std::string session, step;
    bool begun = false;                    ///< of a step that began before: it ends now, or still waits
    std::vector<std::string> waits_for{};  ///< sessions
    std::string result = "ok";
};

/// `then 1 = 20`
struct Then {
    int number = 0;
    std::string what, value;
};

struct Order {
    int number = 0;
    std::string database;  ///< postgres, sqlite
    bool every = false;    ///< every interleaving of the steps; there are no lines then
    std::vector<Line> lines;
    std::vector<Then> then;
};

struct Script {
    std::string name;
    int rows = 0;
    std::map<std::string, std::vector<Step>> sessions;
    std::vector<Order> orders;
    const Step& step(const std::string& session, const std::string& name) const;
};

/// Throws std::runtime_error naming file, line and what is wrong.
Script read(const std::filesystem::path& file);

}  // namespace lock_script
