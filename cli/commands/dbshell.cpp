#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "command.hpp"

namespace cli {
namespace {

/// Becomes psql or sqlite3; returns only by throwing.
int shell(Command& command) {
    const orm::DatabaseUrl url = command.existing_url();
    const bool sqlite = url.dialect == orm::Dialect::sqlite;
    if (sqlite && url.path == ":memory:")
        throw UsageError("an in-memory database ends with its program: there is nothing to look into");
    const char* program = sqlite ? "sqlite3" : "psql";
    // The URL goes through the environment where it can: a command line is readable by every user of the machine.
    if (sqlite) {
        execlp(program, program, url.path.c_str(), nullptr);
    } else {
        execlp(program, program, url.conninfo.c_str(), nullptr);
    }
    throw std::runtime_error(fmt::format("cannot start {}: {}", program, std::strerror(errno)));
}

}  // namespace

void add_dbshell(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "dbshell", "Open psql or sqlite3 on the database");
    command.body([&command] { return shell(command); });
}

}  // namespace cli
