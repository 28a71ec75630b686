#include <fmt/format.h>

#include "apps.hpp"
#include "command.hpp"

namespace cli {
namespace {

int show(Command& command, const std::vector<std::string>& apps) {
    check_apps(apps);
    const auto connection = command.connect();
    std::string app;
    for (const auto& row : orm::migrations::show(*connection, migrations(), apps)) {
        if (row.app != app) fmt::print("{}\n", app = row.app);
        fmt::print(" [{}] {}{}\n", row.applied ? 'X' : ' ', row.name,
                   row.replaces ? fmt::format(" ({} squashed)", row.replaces) : "");
    }
    return 0;
}

}  // namespace

void add_showmigrations(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "showmigrations", "List all migrations and which of them are applied");
    auto apps = std::make_shared<std::vector<std::string>>();
    command.app().add_option("apps", *apps, "only these apps");
    command.body([&command, apps] { return show(command, *apps); });
}

}  // namespace cli
