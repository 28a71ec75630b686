#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <map>

#include "apps.hpp"
#include "command.hpp"
#include "orm/migration_make.hpp"

namespace cli {
namespace {

namespace migrations = orm::migrations;
namespace fs = std::filesystem;

struct Options {
    migrations::MakeOptions make;
    std::vector<std::string> renames, fills;
    std::string sources = "platforms";
    bool check = false;
    bool merge = false;
    std::string squash;
};

/// Asks on a terminal what was not stated; elsewhere unknown stays unknown.
class Asking : public migrations::StatedAnswers {
  public:
    using StatedAnswers::StatedAnswers;
    Answer renamed_model(const orm::schema::Model& old_model, const orm::schema::Model& new_model,
                         bool likely) override {
        const Answer stated = StatedAnswers::renamed_model(old_model, new_model, likely);
        return ask(stated, likely,
                   fmt::format("Was the model {} renamed to {}?", old_model.label(), new_model.label()));
    }
    Answer renamed_field(const orm::schema::Model& model, std::string_view old_name, std::string_view new_name,
                         bool likely) override {
        const Answer stated = StatedAnswers::renamed_field(model, old_name, new_name, likely);
        return ask(stated, likely, fmt::format("Was {}.{} renamed to {}?", model.label(), old_name, new_name));
    }

  private:
    static Answer ask(Answer stated, bool likely, const std::string& question) {
        if (stated != Answer::unknown || !likely || isatty(STDIN_FILENO) != 1) return stated;
        for (std::string answer;;) {
            fmt::print(stderr, "{} [y/n] ", question);
            if (!std::getline(std::cin, answer)) return Answer::unknown;
            if (answer == "y" || answer == "Y" || answer == "yes") return Answer::yes;
            if (answer == "n" || answer == "N" || answer == "no") return Answer::no;
        }
    }
};

std::map<std::string, std::string> parse_fills(const std::vector<std::string>& fills) {
    std::map<std::string, std::string> parsed;
    for (const std::string& fill : fills) {
        const auto equals = fill.find('=');
        if (equals == std::string::npos) throw UsageError("--fill wants app.model.field=SQL, not '" + fill + "'");
        parsed[fill.substr(0, equals)] = fill.substr(equals + 1);
    }
    return parsed;
}

std::vector<migrations::MigrationFile> squash(const Options& options) {
    if (options.make.apps.size() != 1) throw UsageError("--squash wants the name of one app");
    const auto dots = options.squash.find("..");
    if (dots == std::string::npos || dots == 0 || dots + 2 == options.squash.size())
        throw UsageError("--squash wants from..to, such as 0001..0004, not '" + options.squash + "'");
    return {migrations::squash_migrations(cli::migrations(), options.make.apps.front(), options.squash.substr(0, dots),
                                          options.squash.substr(dots + 2), options.make)};
}

std::vector<migrations::MigrationFile> make_files(const Options& options, Asking& questioner) {
    if (!options.squash.empty()) return squash(options);
    if (options.merge) return migrations::merge_migrations(cli::migrations(), options.make);
    const auto models = model_state();
    questioner.require_known(cli::migrations().state(), models);
    return migrations::make_migrations(models, cli::migrations(), options.make, questioner);
}

int make(Options& options) {
    check_apps(options.make.apps);
    options.make.dry_run = options.make.dry_run || options.check;
    if (!options.make.dry_run && !fs::is_directory(options.sources))
        throw UsageError("there is no folder '" + options.sources + "' with the apps' sources; name it with --sources");
    for (const App& app : apps()) options.make.folders[app.label] = fs::path(options.sources) / app.folder;
    Asking questioner(options.renames, parse_fills(options.fills));
    const auto files = make_files(options, questioner);
    if (files.empty()) {
        fmt::print("No changes.\n");
        return 0;
    }
    for (const auto& file : files) {
        fmt::print("{}:\n", file.path.string());
        migrations::Step step;
        step.migration = &file.migration;
        fmt::print("{}", migrations::describe({step}));
        if (options.make.dry_run && !options.check) fmt::print("{}\n", file.text);
    }
    return options.check ? 1 : 0;
}

}  // namespace

void add_makemigrations(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "makemigrations", "Write migrations for what changed in the models", false);
    auto options = std::make_shared<Options>();
    CLI::App& app = command.app();
    app.add_option("apps", options->make.apps, "only these apps");
    app.add_option("--name", options->make.name, "instead of a generated name");
    auto* empty = app.add_flag("--empty", options->make.empty, "a migration to be filled by hand");
    auto* merge = app.add_flag("--merge", options->merge, "join the ends of apps that have more than one");
    merge->excludes(empty);
    auto* squash = app.add_option("--squash", options->squash,
                                  "from..to: one optimised migration in place of this run of an app's")
                       ->excludes(empty, merge);
    app.add_flag("--check", options->check, "write nothing; exit with 1 if something changed");
    app.add_flag("--dry-run", options->make.dry_run, "write nothing; print the files");
    app.add_option("--rename", options->renames, "app.model.old=new, or app.model.old= for a field that was dropped")
        ->allow_extra_args(false)
        ->excludes(empty, merge, squash);
    app.add_option("--fill", options->fills, "app.model.field=SQL: what existing rows get in a new required field")
        ->allow_extra_args(false)
        ->excludes(empty, merge, squash);
    app.add_option("--sources", options->sources, "the folder of the apps' sources")->capture_default_str();
    command.body([options] { return make(*options); });
}

}  // namespace cli
