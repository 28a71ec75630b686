#include <fmt/format.h>

#include "apps.hpp"
#include "command.hpp"
#include "orm/migration_check.hpp"
#include "orm/migration_make.hpp"

namespace cli {
namespace {

/// Models against migrations; with a database also migrations against its history, and the models against its tables.
/// Prints each finding with the command that mends it.
int check(Command& command, bool with_database) {
    int findings = 0;
    const auto finding = [&](const std::string& text) {
        fmt::print("{}\n", text);
        ++findings;
    };
    for (const auto& [app, names] : migrations().conflicts())
        finding(fmt::format("{}: ends in {}; run makemigrations --merge", app, fmt::join(names, " and ")));
    if (findings == 0) {
        orm::migrations::StatedAnswers answers;
        orm::migrations::MakeOptions options;
        options.dry_run = true;
        for (const auto& file : orm::migrations::make_migrations(model_state(), migrations(), options, answers))
            finding(fmt::format("{}: the models have changes without a migration ({}); run makemigrations",
                                file.migration.app, file.migration.name));
    }
    if (with_database) {
        const auto connection = command.connect();
        if (const std::string names = unapplied(*connection); !names.empty())
            finding(fmt::format("{}: not migrated: {}; run migrate", command.url().display, names));
        else
            for (const auto& difference : orm::migrations::check_database(*connection, model_state()))
                finding(difference.text + (difference.remedy.empty() ? "" : "\n    " + difference.remedy));
    }
    if (findings == 0) fmt::print("No problems found.\n");
    return findings == 0 ? 0 : 1;
}

}  // namespace

void add_check(CLI::App& root, Run& run) {
    auto& command =
        Command::add(root, run, "check",
                     "Look for mistakes: models without migrations, a database behind them, tables that drifted");
    auto options = std::make_shared<bool>(false);
    command.app().add_flag("--no-database", *options, "look at the program only");
    command.body([&command, options] { return check(command, !*options); });
}

}  // namespace cli
