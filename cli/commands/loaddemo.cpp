#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>

#include "apps.hpp"
#include "command.hpp"
#include "demo/demo.hpp"

namespace cli {
namespace {

constexpr double most_scale = 100;  // a million users

struct Options {
    std::string scale = "1";
    demo::Options demo;
    std::string as_of;
    bool if_empty = false;
};

double parse_scale(const std::string& text) {
    std::size_t used = 0;
    double scale = 0;
    try {
        scale = std::stod(text, &used);
    } catch (const std::exception&) {
        used = 0;
    }
    if (used == 0 || used != text.size() || !std::isfinite(scale) || scale <= 0 || scale > most_scale)
        throw UsageError(fmt::format("--scale wants a number above 0 and up to {}, not '{}'", most_scale, text));
    return scale;
}

/// A bar on a terminal; elsewhere a line per kind of row.
class Bar {
  public:
    void operator()(std::string_view what, std::uint64_t done, std::uint64_t total) {
        if (!terminal_) {
            if (what != last_) fmt::print(stderr, "  {}\n", what);
            last_ = what;
            return;
        }
        constexpr std::uint64_t width = 30;
        const std::uint64_t part = total == 0 ? width : std::min(width, done * width / total);
        fmt::print(stderr, "\r\033[K[{:=<{}}{: <{}}] {:>3} %  {}", "", part, "", width - part,
                   total == 0 ? 100 : std::min<std::uint64_t>(100, done * 100 / total), what);
        std::fflush(stderr);
    }
    void end() const {
        if (terminal_) fmt::print(stderr, "\r\033[K");
    }

  private:
    bool terminal_ = isatty(STDERR_FILENO) == 1;
    std::string last_;
};

int load(Command& command, Options& options) {
    options.demo.scale = parse_scale(options.scale);
    if (!options.as_of.empty()) {
        try {
            options.demo.now = orm::parse_timestamp(options.as_of);
        } catch (const orm::Error& error) {
            throw UsageError(std::string("--as-of wants a time such as 2026-05-01T12:00:00Z: ") + error.what());
        }
    }
    const orm::DatabaseUrl url = command.existing_url();
    if (const std::string names = unapplied(*orm::connect(url)); !names.empty())
        throw std::runtime_error(
            fmt::format("{}: not migrated ({}); run `entreprinder migrate` first", url.display, names));

    orm::Database db(command.url_text());
    const auto start = std::chrono::steady_clock::now();
    bool was_empty = true;
    std::vector<demo::Login> logins;
    Bar bar;
    // One transaction: interrupted anywhere, nothing of it stays.
    db.atomic([&](orm::Transaction& tx) {
        was_empty = !demo::has_data(tx);
        if (was_empty)
            logins = demo::load(tx, options.demo, [&](auto what, auto done, auto total) { bar(what, done, total); });
    });
    bar.end();
    if (!was_empty) {
        if (!options.if_empty)
            throw std::runtime_error(url.display + " is not empty; demo data go into an empty, migrated database only");
        fmt::print("{} is not empty: nothing loaded.\n", url.display);
        return 0;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    fmt::print("Demo data of scale {} loaded into {} in {:.1f} s.\n", options.demo.scale, url.display, took.count());
    fmt::print("Log in with the password {} as\n", demo::password);
    for (const demo::Login& login : logins) fmt::print("  {:<26} {} ({})\n", login.email, login.role, login.site);
    return 0;
}

}  // namespace

void add_loaddemo(CLI::App& root, Run& run) {
    auto& command =
        Command::add(root, run, "loaddemo", "Fill an empty database with invented people, events and vineyards");
    auto options = std::make_shared<Options>();
    CLI::App& app = command.app();
    app.add_option("--scale", options->scale, "1: 10,000 users, 60,000 registrations, 100,000 messages ...")
        ->type_name("NUMBER")
        ->capture_default_str();
    app.add_flag("--if-empty", options->if_empty, "do nothing, and say so, where there are data already");
    app.add_option("--seed", options->demo.seed, "another seed, other people")->capture_default_str();
    app.add_option("--as-of", options->as_of, "the time that counts as now for what is upcoming (default: now)")
        ->type_name("TIME");
    command.body([&command, options] { return load(command, *options); });
}

}  // namespace cli
