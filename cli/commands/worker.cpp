#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "apps.hpp"
#include "command.hpp"
#include "crew.hpp"
#include "crush_lu/letters.hpp"
#include "mail/mail.hpp"
#include "stop_on_signal.hpp"

namespace cli {
namespace {

struct Options {
    bool once = false;
    std::uint16_t site_port = 0;
};

void log_job(const orm::JobReport& report) {
    using Outcome = orm::JobReport::Outcome;
    const double ms = static_cast<double>(report.took.count()) / 1000;
    switch (report.outcome) {
        case Outcome::done:
            spdlog::info("job {} {} done {:.1f} ms", report.id.value, report.kind, ms);
            break;
        case Outcome::retry:
            spdlog::warn("job {} {} failed, try {}; again at {} UTC: {}", report.id.value, report.kind, report.attempt,
                         orm::to_string(*report.again), report.error);
            break;
        case Outcome::dead:
            spdlog::error("job {} {} is a dead letter after {} tries: {}", report.id.value, report.kind, report.attempt,
                          report.error);
            break;
        case Outcome::lost:
            spdlog::error("job {} {}: {}", report.id.value, report.kind,
                          report.error.empty() ? "took longer than its lease; another worker has it" : report.error);
            break;
    }
}

int work(Command& command, const Options& options) {
    const Settings& settings = command.settings();
    if (settings.production && settings.mail.url.empty())
        throw UsageError("mail.url (or MAIL_URL) is not set: in production mail does not go to a folder");
    std::unique_ptr<mail::Transport> transport;
    try {
        transport = mail::make_transport(settings.mail);
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
    if (!settings.team.empty() && !mail::is_address(settings.team))
        throw UsageError("mail.team (or MAIL_TEAM) is no e-mail address: " + settings.team);
    const std::uint16_t port = options.site_port ? options.site_port : settings.port;
    if (port == 0 && !settings.production)
        throw UsageError("links in mail need the port of serve, and server.port is 0: tell it with --site-port");
    const orm::DatabaseUrl url = command.existing_url();
    if (const std::string names = unapplied(*orm::connect(url)); !names.empty())
        throw std::runtime_error(
            fmt::format("{}: not migrated ({}); run `entreprinder migrate` first", url.display, names));
    orm::Database db(command.url_text());

    mail::Letters letters;
    crush_lu::add_letters(letters,
                          settings.production ? "https://crush.lu" : fmt::format("http://crush.localhost:{}", port),
                          settings.team);

    Crew crew(db, letters, *transport, settings.media_root, log_job);
    const StopOnSignal<Crew> stop(crew);
    if (options.once) {
        const std::size_t ran = crew.run_due();
        fmt::print("{} {}.\n", ran, ran == 1 ? "job" : "jobs");
        return 0;
    }
    spdlog::info("worker started; mail goes to {}",
                 settings.mail.url.empty() ? settings.mail.folder.string() : settings.mail.url);
    crew.run();
    spdlog::info("worker stopped");
    return 0;
}

}  // namespace

void add_worker(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "worker", "Send queued mail and run what is due, until Ctrl-C");
    auto options = std::make_shared<Options>();
    CLI::App& app = command.app();
    app.add_flag("--once", options->once, "run what is due now, then end");
    app.add_option("--site-port", options->site_port, "the port of `serve` that links in mail lead to (development)")
        ->check(CLI::Range(1, 65535));
    command.body([&command, options] { return work(command, *options); });
}

}  // namespace cli
