#include <fmt/format.h>

#include "command.hpp"
#include "orm/migration_check.hpp"

namespace cli {
namespace {

int inspect(Command& command, const std::vector<std::string>& tables) {
    const auto connection = command.connect();
    fmt::print("{}", orm::migrations::inspect_database(*connection, tables));
    return 0;
}

}  // namespace

void add_inspectdb(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "inspectdb", "Print structs for the tables that a database has");
    auto tables = std::make_shared<std::vector<std::string>>();
    command.app().add_option("tables", *tables, "only these tables");
    command.body([&command, tables] { return inspect(command, *tables); });
}

}  // namespace cli
