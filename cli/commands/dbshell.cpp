#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "command.hpp"

namespace cli {
namespace {

/// Cuts the password out of `postgresql://user:password@host` and returns it, still percent-encoded.
std::string take_password(std::string& url) {
    const auto start = url.find("//") + 2;
    const auto at = url.find('@', start), colon = url.find(':', start);
    if (at == url.npos || colon == url.npos || colon > at) return {};
    const std::string password = url.substr(colon + 1, at - colon - 1);
    url.erase(colon, at - colon);
    return password;
}

std::string percent_decoded(const std::string& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            result += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

/// Becomes psql or sqlite3; returns only by throwing.
int shell(Command& command) {
    orm::DatabaseUrl url = command.existing_url();
    const bool sqlite = url.dialect == orm::Dialect::sqlite;
    if (sqlite && url.path == ":memory:")
        throw UsageError("an in-memory database ends with its program: there is nothing to look into");
    const char* program = sqlite ? "sqlite3" : "psql";
    // Every user of the machine can read command lines, but not the environment of others.
    if (!sqlite)
        if (const std::string password = take_password(url.conninfo); !password.empty())
            setenv("PGPASSWORD", percent_decoded(password).c_str(), 1);
    execlp(program, program, sqlite ? url.path.c_str() : url.conninfo.c_str(), nullptr);
    throw std::runtime_error(fmt::format("cannot start {}: {}", program, std::strerror(errno)));
}

}  // namespace

void add_dbshell(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "dbshell", "Open psql or sqlite3 on the database");
    command.body([&command] { return shell(command); });
}

}  // namespace cli
