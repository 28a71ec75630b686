#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "command.hpp"
#include "monitor/database_stats.hpp"
#include "orm/advise.hpp"
#include "orm/orm.hpp"
#include "orm/slow_log.hpp"

namespace cli {
namespace {

struct Options {
    std::string log, name;
    std::size_t limit = 10;
    unsigned seconds = 2;
    bool once = false;
};

std::vector<orm::Logged> read_log(const Command& command, const Options& options) {
    const std::string path = options.log.empty() ? command.settings().slow_log : options.log;
    std::size_t damaged = 0;
    auto statements = orm::logged_statements(path, damaged);
    if (damaged) fmt::print(stderr, "entreprinder: {}: {} lines are no log lines\n", path, damaged);
    return statements;
}

int slow(const Command& command, const Options& options) {
    std::size_t shown = 0;
    for (const orm::Logged& one : read_log(command, options)) {
        if (shown++ == options.limit) break;
        const std::string often = one.times == 1 ? fmt::format("once, {:.1f} ms", one.milliseconds)
                                                 : fmt::format("{} times, {:.1f} ms in all, {:.1f} ms at worst",
                                                               one.times, one.milliseconds, one.worst);
        fmt::print("{}{}: {}\n  {}\n", one.name, one.name == one.place ? "" : " (" + one.place + ")", often, one.text);
    }
    return 0;
}

int explain(const Command& command, const Options& options) {
    bool found = false;
    const auto connection = command.connect();
    for (const orm::Logged& one : read_log(command, options)) {
        const bool there = one.place == options.name || one.place.find("/" + options.name) != one.place.npos;
        if (one.name != options.name && !there) continue;
        found = true;
        const orm::GenericPlan plan = orm::generic_plan(*connection, one.text);
        fmt::print("{}\n  {}\n\n{}\n", one.name, one.text, plan.text);
    }
    if (!found) throw std::runtime_error("no statement named '" + options.name + "' in the slow log; see db slow");
    return 0;
}

int advise_indexes(const Command& command, const Options& options) {
    const orm::DatabaseUrl url = command.existing_url();
    // Without a slow log the server's own statistics may do; without either there is nothing to advise on.
    std::vector<orm::Logged> statements = orm::counted_statements(*orm::connect(url), options.limit);
    const std::string path = options.log.empty() ? command.settings().slow_log : options.log;
    if (statements.empty() || std::filesystem::exists(path)) {
        auto logged = read_log(command, options);
        if (logged.size() > options.limit) logged.resize(options.limit);
        std::erase_if(statements, [&](const orm::Logged& counted) {
            return std::any_of(logged.begin(), logged.end(),
                               [&](const orm::Logged& one) { return one.text == counted.text; });
        });
        statements.insert(statements.begin(), logged.begin(), logged.end());
    }
    std::vector<std::string> notes;
    const auto found = orm::advise(url, statements, notes);
    for (const std::string& note : notes) fmt::print(stderr, "entreprinder: not looked at: {}\n", note);
    for (const orm::Advice& one : found)
        fmt::print("{} (proved {})\n  before: {}\n  after:  {}\n  {};\n", one.name, one.proof, one.before, one.after,
                   one.sql);
    if (found.empty()) fmt::print("No index would help the {} statements that were looked at.\n", statements.size());
    return 0;
}

int top(const Command& command, const Options& options) {
    orm::Database db(command.url_text());
    command.existing_url();
    if (db.dialect() == orm::Dialect::sqlite)
        throw std::runtime_error("SQLite has no server whose sessions could be watched; see `entreprinder db slow`");
    for (;;) {
        const std::string text = sessions_text(db, options.limit);
        fmt::print("{}{}", options.once ? "" : "\033[H\033[2J", text);
        std::fflush(stdout);
        if (options.once) return 0;
        std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
    }
}

int print(const Command& command, std::string (*text)(orm::Database&)) {
    command.existing_url();
    orm::Database db(command.url_text());
    fmt::print("{}", text(db));
    return 0;
}

}  // namespace

void add_db(CLI::App& root, Run& run) {
    CLI::App& db = *root.add_subcommand("db", "See what the database does, and what would help it");
    db.require_subcommand(1);
    auto options = std::make_shared<Options>();
    const auto with_log = [options](Command& command) {
        command.app().add_option("--log", options->log, "the slow log (default: the configuration's monitor.slow_log)");
        command.app()
            .add_option("--limit", options->limit, "at most so many (default 10)")
            ->check(CLI::Range(1, 10000));
    };

    auto& top_command = Command::add(db, run, "top", "Sessions and what they run, live (PostgreSQL)");
    top_command.app().add_option("--every", options->seconds, "seconds (default 2)")->check(CLI::Range(1U, 3600U));
    top_command.app().add_flag("--once", options->once, "print once and end");
    top_command.app()
        .add_option("--limit", options->limit, "at most so many (default 10)")
        ->check(CLI::Range(1, 10000));
    top_command.body([&top_command, options] { return top(top_command, *options); });

    auto& slow_command = Command::add(db, run, "slow", "The slow log's statements, the most expensive in all first");
    with_log(slow_command);
    slow_command.body([&slow_command, options] { return slow(slow_command, *options); });

    auto& explain_command = Command::add(db, run, "explain", "The plan, as of now, of a statement in the slow log");
    explain_command.app()
        .add_option("name", options->name, "as `db slow` prints it: a query's name, or pages_events.cpp:41")
        ->required();
    with_log(explain_command);
    explain_command.body([&explain_command, options] { return explain(explain_command, *options); });

    auto& stats_command = Command::add(db, run, "stats", "Sizes, dead rows, cache hits, unused and missing indexes");
    stats_command.body([&stats_command] { return print(stats_command, stats_text); });

    auto& vacuum_command = Command::add(db, run, "vacuum", "Which tables want VACUUM, and why; runs nothing");
    vacuum_command.body([&vacuum_command] { return print(vacuum_command, vacuum_text); });

    auto& advise_command =
        Command::add(db, run, "advise", "Indexes that would make logged statements cheaper, each proved first");
    with_log(advise_command);
    advise_command.body([&advise_command, options] { return advise_indexes(advise_command, *options); });
}

}  // namespace cli
