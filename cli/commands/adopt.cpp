#include <fmt/format.h>

#include "apps.hpp"
#include "command.hpp"
#include "orm/migration_adopt.hpp"

namespace cli {
namespace {

void list(const char* title, const std::vector<orm::migrations::Key>& keys) {
    if (keys.empty()) return;
    fmt::print("{}\n", title);
    for (const auto& key : keys) fmt::print("  {}.{}\n", key.app, key.name);
}

int adopt(Command& command, bool dry_run) {
    const auto connection = command.connect();
    const auto adoption = orm::migrations::adopt_database(*connection, migrations(), dry_run);
    if (adoption.recorded.empty()) fmt::print("Nothing to adopt.\n");
    list(dry_run ? "Would be taken as applied:" : "Taken as applied, without touching a table:", adoption.recorded);
    list("Left for `entreprinder migrate`:", adoption.pending);
    if (!adoption.differences.empty()) fmt::print("What differs from the models, and the SQL that mends it:\n");
    for (const auto& difference : adoption.differences)
        fmt::print("  {}\n{}", difference.text,
                   difference.remedy.empty() ? "" : fmt::format("      {}\n", difference.remedy));
    return 0;
}

}  // namespace

void add_adopt(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "adopt",
                                 "Take over a database that Django made: compare each column with the models, record "
                                 "the migrations that it amounts to, change nothing else");
    auto dry_run = std::make_shared<bool>(false);
    command.app().add_flag("--dry-run", *dry_run, "record nothing; print what would be recorded");
    command.body([&command, dry_run] { return adopt(command, *dry_run); });
}

}  // namespace cli
