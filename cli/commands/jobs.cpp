#include <fmt/format.h>

#include "apps.hpp"
#include "command.hpp"
#include "orm/outbox.hpp"

namespace cli {
namespace {

struct Options {
    std::vector<std::int64_t> retry;
    bool retry_all = false;
    std::int64_t limit = 100;
};

int show(orm::Database& db, std::int64_t limit) {
    const orm::outbox::Depth depth = orm::outbox::depth(db);
    fmt::print("waiting {}, running {}, dead {}", depth.waiting, depth.running, depth.dead);
    if (depth.oldest_due) fmt::print("; due since {} UTC", orm::to_string(*depth.oldest_due));
    fmt::print("\n");
    for (const auto& job : orm::outbox::dead_letters(db, limit))
        fmt::print("{}\t{}\t{}\t{} tries\t{}\t{}\n", job.id.value,
                   job.finished_at ? orm::to_string(*job.finished_at) : "", job.kind, job.attempts, job.payload.text,
                   job.last_error);
    return 0;
}

int jobs(Command& command, const Options& options) {
    const orm::DatabaseUrl url = command.existing_url();
    if (const std::string names = unapplied(*orm::connect(url)); !names.empty())
        throw std::runtime_error(
            fmt::format("{}: not migrated ({}); run `entreprinder migrate` first", url.display, names));
    orm::Database db(command.url_text());
    if (!options.retry_all && options.retry.empty()) return show(db, options.limit);
    std::uint64_t revived = 0;
    if (options.retry_all) revived = orm::outbox::retry(db);
    for (const std::int64_t id : options.retry) {
        const std::uint64_t one = orm::outbox::retry(db, orm::Id<orm::outbox::StoredJob>(id));
        if (one == 0 && !options.retry_all) throw std::runtime_error(fmt::format("job {} is no dead letter", id));
        revived += one;
    }
    fmt::print("{} {} again.\n", revived, revived == 1 ? "job is tried" : "jobs are tried");
    return 0;
}

}  // namespace

void add_jobs(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "jobs", "Show the outbox and its dead letters, or try them again");
    auto options = std::make_shared<Options>();
    CLI::App& app = command.app();
    app.add_option("--retry", options->retry, "give these dead jobs all their tries anew")
        ->type_name("ID")
        ->check(CLI::PositiveNumber);
    app.add_flag("--retry-all", options->retry_all, "the same for every dead job");
    app.add_option("--limit", options->limit, "how many dead letters are shown")
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000));
    command.body([&command, options] { return jobs(command, *options); });
}

}  // namespace cli
