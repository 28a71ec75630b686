/// What every subcommand starts with. Each lies in commands/<name>.cpp and adds itself to the parser:
///
///     void add_check(CLI::App& root, Run& run) {
///         auto& command = Command::add(root, run, "check", "Compare the database with the models");
///         command.body([&command] { return check(command.connect()); });
///     }
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "orm/driver.hpp"
#include "settings.hpp"

namespace cli {

/// What main() runs once the command line is understood; returns the exit code.
using Run = std::function<int()>;

/// A subcommand with --database and --config. It lives as long as the parser.
class Command {
  public:
    static Command& add(CLI::App& root, Run& run, const std::string& name, const std::string& description,
                        bool with_database = true);
    CLI::App& app() { return *app_; }
    /// `body` is what the subcommand does; it runs after the whole command line was parsed.
    void body(std::function<int()> body) { body_ = std::move(body); }

    const Settings& settings() const { return settings_; }
    /// Throws UsageError for a URL that cannot be one.
    orm::DatabaseUrl url() const;
    std::string url_text() const;
    /// The same, and UsageError's opposite: throws std::runtime_error when it names a SQLite file that does not exist,
    /// so that no command but migrate makes one.
    orm::DatabaseUrl existing_url() const;
    std::unique_ptr<orm::Connection> connect() const;

  private:
    CLI::App* app_ = nullptr;
    std::string database_, config_;
    Settings settings_;
    std::function<int()> body_;
};

void add_adopt(CLI::App& root, Run& run);
void add_check(CLI::App& root, Run& run);
void add_createsuperuser(CLI::App& root, Run& run);
void add_db(CLI::App& root, Run& run);
void add_dbshell(CLI::App& root, Run& run);
void add_inspectdb(CLI::App& root, Run& run);
void add_jobs(CLI::App& root, Run& run);
void add_loaddemo(CLI::App& root, Run& run);
void add_makemigrations(CLI::App& root, Run& run);
void add_migrate(CLI::App& root, Run& run);
void add_serve(CLI::App& root, Run& run);
void add_showmigrations(CLI::App& root, Run& run);
void add_sqlmigrate(CLI::App& root, Run& run);
void add_worker(CLI::App& root, Run& run);

}  // namespace cli
