#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "apps.hpp"
#include "command.hpp"

namespace cli {
namespace {

namespace migrations = orm::migrations;
using migrations::Progress;

struct MigrateOptions {
    migrations::Target target;
    bool plan = false;
    bool check = false;
    migrations::Options migrator;
};

std::string label(const migrations::Migration& migration) {
    return migration.app + "." + migration.name;
}

/// One line per migration; on a terminal the line shows the operation at work.
class Lines {
  public:
    void operator()(const Progress& progress) {
        switch (progress.event) {
            case Progress::Event::waiting:
                fmt::print(stderr, "{}\n", progress.text);
                break;
            case Progress::Event::start:
                fmt::print("  {} {} ...", progress.backward ? "Unapplying" : "Applying", label(*progress.migration));
                break;
            case Progress::Event::operation:
                transient(fmt::format(" {}/{} {}", progress.index + 1, progress.count, progress.text));
                break;
            case Progress::Event::statement:
                break;
            case Progress::Event::batch:
                transient(fmt::format(" {}: {} of {} rows", progress.text, progress.rows, progress.rows_total));
                break;
            case Progress::Event::done:
                transient("");
                fmt::print(" {} ({:.2f} s)\n", progress.fake ? "FAKED" : "OK",
                           static_cast<double>(progress.elapsed.count()) / 1000);
                break;
            case Progress::Event::skipped:
                transient("");
                fmt::print(" {}\n", progress.text.empty() ? "skipped" : progress.text);
                break;
        }
        std::fflush(stdout);
    }

  private:
    void transient(const std::string& text) const {
        if (terminal_) fmt::print("\0337\033[K{}\0338", text);  // save the place, clear the rest, write, come back
    }
    bool terminal_ = isatty(STDOUT_FILENO) == 1;
};

int migrate(Command& command, MigrateOptions& options) {
    if (!options.target.app.empty()) check_apps({options.target.app});
    const orm::DatabaseUrl url = options.plan || options.check ? command.existing_url() : command.url();
    const auto connection = orm::connect(url);
    const auto steps = migrations::plan(*connection, cli::migrations(), options.target);
    if (options.plan) {
        fmt::print("{}", steps.empty() ? "Nothing to do.\n" : migrations::describe(steps));
        return options.check && !steps.empty() ? 1 : 0;
    }
    if (options.check) {
        for (const auto& step : steps)
            fmt::print("{} {}\n", step.backward ? "applied:" : "unapplied:", label(*step.migration));
        return steps.empty() ? 0 : 1;
    }
    if (steps.empty()) {
        fmt::print("{}: up to date.\n", url.display);
        return 0;
    }
    fmt::print("Migrating {}:\n", url.display);
    options.migrator.progress = Lines{};
    options.migrator.protect_data = true;  // --allow names what may lose rows
    const auto report = migrations::migrate(*connection, cli::migrations(), options.target, options.migrator);
    fmt::print("{} applied, {} unapplied, {} faked.\n", report.applied.size(), report.unapplied.size(),
               report.faked.size());
    return 0;
}

}  // namespace

void add_migrate(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "migrate", "Bring the database to the schema that the migrations describe");
    auto options = std::make_shared<MigrateOptions>();
    CLI::App& app = command.app();
    app.add_option("app", options->target.app, "only this app (and what it depends on)");
    app.add_option("name", options->target.name, "up or down to this migration (a prefix will do), or 'zero'");
    app.add_flag("--plan", options->plan, "print what would be done");
    app.add_flag("--check", options->check, "exit with 1 if there is something to do");
    app.add_flag("--fake", options->migrator.fake, "record only; the schema is there already");
    app.add_flag("--fake-initial", options->migrator.fake_initial,
                 "record initial migrations whose tables are there already, after comparing their columns");
    app.add_option("--allow", options->migrator.allow,
                   "run a dangerous operation, by name (remove_field, rewrite, ...)");
    command.body([&command, options] { return migrate(command, *options); });
}

}  // namespace cli
