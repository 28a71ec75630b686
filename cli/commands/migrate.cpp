#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "apps.hpp"
#include "command.hpp"
#include "orm/migration_plan.hpp"
#include "orm/migration_rehearsal.hpp"

namespace cli {
namespace {

namespace migrations = orm::migrations;
using migrations::Progress;

struct MigrateOptions {
    migrations::Target target;
    bool plan = false;
    bool sql = false;
    bool check = false;
    bool rehearse = false;
    migrations::Options migrator;
};

std::string label(const migrations::Migration& migration) {
    return migration.app + "." + migration.name;
}

/// One line per migration; on a terminal the line shows the operation at work, and for rows a bar and their speed.
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
            case Progress::Event::ran:
                break;
            case Progress::Event::batch:
                transient(fmt::format(" {} {}", progress.text, bar(progress)));
                break;
            case Progress::Event::done:
                transient("");
                fmt::print(" {} ({:.2f} s)\n", progress.fake ? "FAKED" : "OK", seconds(progress));
                break;
            case Progress::Event::skipped:
                transient("");
                fmt::print(" {}\n", progress.text.empty() ? "skipped" : progress.text);
                break;
        }
        std::fflush(stdout);
    }

  private:
    static double seconds(const Progress& progress) { return static_cast<double>(progress.elapsed.count()) / 1000; }

    static std::string bar(const Progress& progress) {
        constexpr std::size_t width = 20;
        const std::uint64_t total = std::max<std::uint64_t>(progress.rows_total, 1);
        const auto full = static_cast<std::size_t>(std::min(progress.rows, total) * width / total);
        const double speed = seconds(progress) > 0 ? static_cast<double>(progress.rows) / seconds(progress) : 0;
        return fmt::format("[{:#<{}}{:.<{}}] {} of {} rows, {:.0f} rows/s", "", full, "", width - full, progress.rows,
                           progress.rows_total, speed);
    }

    void transient(const std::string& text) const {
        if (terminal_) fmt::print("\0337\033[K{}\0338", text);  // save the place, clear the rest, write, come back
    }
    bool terminal_ = isatty(STDOUT_FILENO) == 1;
};

/// While it lives, Ctrl-C, SIGTERM and a lost terminal request a stop instead of ending the program. Made before any
/// other thread.
class Interruptible {
  public:
    Interruptible() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        sigaddset(&signals_, SIGHUP);
        pthread_sigmask(SIG_BLOCK, &signals_, &before_);
        waiter_ = std::jthread([this](const std::stop_token& end) {
            const timespec moment{.tv_sec = 0, .tv_nsec = 50'000'000};
            while (!end.stop_requested())
                if (sigtimedwait(&signals_, nullptr, &moment) > 0) stop_.request_stop();
        });
    }
    ~Interruptible() {
        waiter_ = {};
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
    std::stop_token token() const { return stop_.get_token(); }

  private:
    sigset_t signals_{}, before_{};
    std::stop_source stop_;
    std::jthread waiter_;
};

int rehearse(const orm::DatabaseUrl& url, const MigrateOptions& options) {
    const Interruptible interruptible;
    const auto rehearsal = migrations::rehearse(url, cli::migrations(), options.target,
                                                {.migrate = options.migrator, .stop = interruptible.token()});
    fmt::print("{}", migrations::describe(rehearsal));
    return rehearsal.faults.empty() ? 0 : 1;
}

int migrate(Command& command, MigrateOptions& options) {
    if (!options.target.app.empty()) check_apps({options.target.app});
    const bool looks_only = options.plan || options.sql || options.check || options.rehearse;
    const orm::DatabaseUrl url = looks_only ? command.existing_url() : command.url();
    options.migrator.protect_data = true;  // --allow-data-loss names what may lose rows
    if (options.rehearse) return rehearse(url, options);
    const auto connection = orm::connect(url);
    if (options.plan || options.sql) {
        const auto steps = migrations::explain(*connection, cli::migrations(), options.target, options.migrator);
        if (options.sql) {
            fmt::print("{}", migrations::script_of(steps, url.dialect));
            const auto stop = std::ranges::find_if(steps, [](const auto& step) { return !step.function.empty(); });
            if (stop != steps.end())
                throw migrations::MigrationError(
                    fmt::format("the script ends before {}.{}: \"{}\" is a function in C++, which only migrate runs",
                                stop->key.app, stop->key.name, stop->function));
        } else {
            fmt::print("{}", steps.empty() ? "Nothing to do.\n" : migrations::describe(steps));
        }
        return options.check && !steps.empty() ? 1 : 0;
    }
    const auto steps = migrations::plan(*connection, cli::migrations(), options.target);
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
    const auto report = migrations::migrate(*connection, cli::migrations(), options.target, options.migrator);
    fmt::print("{} applied, {} unapplied, {} faked.\n", report.applied.size(), report.unapplied.size(),
               report.faked.size());
    return 0;
}

std::string known_kind(const std::string& word) {
    const auto kinds = migrations::operation_kinds();
    if (std::ranges::find(kinds, word) != kinds.end()) return {};
    return fmt::format("'{}' is no kind of operation; known are {}", word, fmt::join(kinds, ", "));
}

}  // namespace

void add_migrate(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "migrate", "Bring the database to the schema that the migrations describe");
    auto options = std::make_shared<MigrateOptions>();
    CLI::App& app = command.app();
    app.add_option("app", options->target.app, "only this app (and what it depends on)");
    app.add_option("name", options->target.name, "up or down to this migration (a prefix will do), or 'zero'");
    auto* plan = app.add_flag("--plan", options->plan,
                              "print what would be done: statements, locks, an estimate, whether it can be undone");
    auto* sql = app.add_flag("--sql", options->sql, "print the statements that would be run, as a script");
    app.add_flag("--check", options->check, "exit with 1 if there is something to do");
    auto* rehearse =
        app.add_flag("--rehearse", options->rehearse,
                     "try it on a copy of the database, forward and back, and report time, locks and rows");
    plan->excludes(sql)->excludes(rehearse);
    sql->excludes(rehearse);
    auto* fake = app.add_flag("--fake", options->migrator.fake, "record only; the schema is there already");
    fake->excludes(plan)->excludes(sql)->excludes(rehearse);
    app.add_flag("--fake-initial", options->migrator.fake_initial,
                 "record initial migrations whose tables are there already, after comparing their columns");
    app.add_option("--allow-unsafe", options->migrator.allow_unsafe,
                   "run operations of this kind on a large table although they keep its users out (alter_field, ...)")
        ->type_name("OPERATION")
        ->allow_extra_args(false)
        ->check(known_kind);
    app.add_option("--allow-data-loss", options->migrator.allow_data_loss,
                   "run operations of this kind although they lose what rows hold (remove_field, delete_model, ...)")
        ->type_name("OPERATION")
        ->allow_extra_args(false)
        ->check(known_kind);
    const auto milliseconds = [&](const std::string& name, std::chrono::milliseconds& value, const std::string& text) {
        app.add_option_function<std::int64_t>(
               name, [&value](std::int64_t count) { value = std::chrono::milliseconds(count); },
               fmt::format("{} (PostgreSQL; default {}; 0: no limit)", text, value.count()))
            ->type_name("MS")
            ->check(CLI::Range(std::int64_t{0}, std::int64_t{86'400'000}));
    };
    milliseconds("--lock-timeout", options->migrator.lock_timeout,
                 "wait so long for a lock, then let others through and try again");
    milliseconds("--statement-timeout", options->migrator.statement_timeout, "let no statement take longer");
    milliseconds("--blocking-timeout", options->migrator.blocking_timeout,
                 "let no statement keep a large table's users out for longer");
    command.body([&command, options] { return migrate(command, *options); });
}

}  // namespace cli
