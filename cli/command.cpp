#include "command.hpp"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <list>

#include "orm/errors.hpp"

namespace cli {

Command& Command::add(CLI::App& root, Run& run, const std::string& name, const std::string& description,
                      bool with_database) {
    static std::list<Command> commands;  // the parser refers to their members
    Command& command = commands.emplace_back();
    command.app_ = root.add_subcommand(name, description);
    if (with_database) {
        command.app_
            ->add_option("--database", command.database_,
                         "postgresql://user:password@host/name or sqlite:///path (default: $DATABASE_URL, $DBNAME and "
                         "friends, the configuration, or sqlite:///var/entreprinder.sqlite3)")
            ->type_name("URL");
        command.app_->add_option("--config", command.config_, "a TOML file with settings")
            ->type_name("FILE")
            ->envname("ENTREPRINDER_CONFIG");
    }
    command.app_->callback([&command, &run] {
        run = [&command] {
            command.settings_ = load_settings(command.config_);
            const auto level = spdlog::level::from_str(command.settings_.log_level);
            if (level == spdlog::level::off && command.settings_.log_level != "off")
                throw UsageError(command.config_ + ": log.level must be trace, debug, info, warning, error or off");
            spdlog::set_level(level);
            return command.body_();
        };
    });
    return command;
}

std::string Command::url_text() const {
    return database_url(database_, settings_);
}

orm::DatabaseUrl Command::url() const {
    try {
        return orm::parse_url(url_text());
    } catch (const orm::ConfigurationError& error) {
        throw UsageError(error.what());
    }
}

orm::DatabaseUrl Command::existing_url() const {
    orm::DatabaseUrl url = this->url();
    std::error_code ignored;
    if (url.dialect == orm::Dialect::sqlite && url.path != ":memory:" && !std::filesystem::exists(url.path, ignored))
        throw std::runtime_error("there is no SQLite database '" + url.path + "'; `entreprinder migrate` makes one");
    return url;
}

std::unique_ptr<orm::Connection> Command::connect() const {
    return orm::connect(existing_url());
}

}  // namespace cli
