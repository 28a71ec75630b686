#include <fmt/format.h>

#include "apps.hpp"
#include "command.hpp"

namespace cli {

void add_sqlmigrate(CLI::App& root, Run& run) {
    struct Options {
        std::string app, name;
        bool backwards = false;
    };
    auto& command = Command::add(root, run, "sqlmigrate",
                                 "Print the SQL of one migration for the kind of database that --database names");
    auto options = std::make_shared<Options>();
    command.app().add_option("app", options->app)->required();
    command.app().add_option("name", options->name, "a prefix will do")->required();
    command.app().add_flag("--backwards", options->backwards, "the SQL that undoes it");
    command.body([&command, options] {
        check_apps({options->app});
        fmt::print("{}", orm::migrations::sql_of(migrations(), command.url().dialect, options->app, options->name,
                                                 options->backwards));
        return 0;
    });
}

}  // namespace cli
