#include "settings.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <string_view>

namespace cli {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// Everything but letters, digits and `-._~` as %XX.
std::string percent_encoded(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain)
            result += c;
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

std::string url_from_parts() {
    const std::string name = environment("DBNAME"), host = environment("DBHOST"), user = environment("DBUSER"),
                      password = environment("DBPASS");
    if (name.empty()) return {};
    if (host.empty() || user.empty())
        throw UsageError("DBNAME is set in the environment, so DBHOST and DBUSER must be too (DBPASS if there is one)");
    return fmt::format("postgresql://{}{}@{}/{}?sslmode=require", percent_encoded(user),
                       password.empty() ? "" : ":" + percent_encoded(password), host, percent_encoded(name));
}

/// One file being read: each key is taken by its setter; what is left over is a mistake.
class Reader {
  public:
    explicit Reader(std::string path) : path_(std::move(path)) {}

    using Setter = std::function<bool(const toml::node&)>;
    void key(const std::string& name, Setter setter) { setters_[name] = std::move(setter); }

    template <class T>
    void value(const std::string& name, T& target) {
        key(name, [&target](const toml::node& node) {
            const auto read = node.value<T>();
            if (read) target = *read;
            return read.has_value();
        });
    }
    template <class T>
    void value(const std::string& name, std::optional<T>& target) {
        key(name, [&target](const toml::node& node) {
            target = node.value<T>();
            return target.has_value();
        });
    }

    void read() {
        toml::table root;
        try {
            root = toml::parse_file(path_);
        } catch (const toml::parse_error& error) {
            fail(error.source().begin, std::string(error.description()));
        }
        walk(root, "");
    }

  private:
    void walk(const toml::table& table, const std::string& prefix) {
        for (const auto& [key, node] : table) {
            const std::string name = prefix + std::string(key.str());
            if (const auto* inner = node.as_table()) {
                walk(*inner, name + ".");
                continue;
            }
            const auto setter = setters_.find(name);
            if (setter == setters_.end()) fail(node.source().begin, "unknown setting '" + name + "'");
            if (!setter->second(node)) fail(node.source().begin, "'" + name + "' has a value of the wrong kind");
        }
    }
    [[noreturn]] void fail(const toml::source_position& at, const std::string& reason) const {
        throw UsageError(fmt::format("{}{}: {}", path_, at.line ? fmt::format(":{}", at.line) : "", reason));
    }

    std::string path_;
    std::map<std::string, Setter> setters_;
};

void read_file(const std::string& path, Settings& settings) {
    Reader file(path);
    file.value("database.url", settings.database);
    file.value("server.address", settings.address);
    file.value("server.port", settings.port);
    file.value("server.workers", settings.workers);
    file.key("server.trusted_proxies", [&](const toml::node& node) {
        const auto* list = node.as_array();
        if (!list) return false;
        for (const auto& entry : *list) {
            const auto text = entry.value<std::string>();
            if (!text) return false;
            settings.trusted_proxies.push_back(*text);
        }
        return true;
    });
    file.value("site.production", settings.production);
    file.value("site.secure_cookies", settings.secure_cookies);
    file.value("site.media_root", settings.media_root);
    file.value("mail.url", settings.mail.url);
    file.value("mail.username", settings.mail.username);
    file.value("mail.password", settings.mail.password);
    file.value("mail.starttls", settings.mail.starttls);
    file.value("mail.team", settings.team);
    const auto path_of = [&file](const std::string& name, std::filesystem::path& target) {
        file.key(name, [&target](const toml::node& node) {
            const auto read = node.value<std::string>();
            if (read) target = *read;
            return read.has_value();
        });
    };
    path_of("mail.ca_file", settings.mail.ca_file);
    path_of("mail.folder", settings.mail.folder);
    file.value("crush.screening_call", settings.screening_call);
    file.value("log.level", settings.log_level);
    file.value("monitor.metrics_token", settings.metrics_token);
    file.value("monitor.slow_log", settings.slow_log);
    file.value("monitor.slow_milliseconds", settings.slow_milliseconds);
    file.value("monitor.panel", settings.panel);
    file.read();
    if (settings.workers < 1 || settings.workers > 1000)
        throw UsageError(path + ": server.workers must lie between 1 and 1000");
}

}  // namespace

Settings load_settings(const std::string& path) {
    Settings settings;
    if (!path.empty()) read_file(path, settings);
    const auto from_environment = [](const char* name, std::string& target) {
        if (std::string value = environment(name); !value.empty()) target = std::move(value);
    };
    from_environment("MAIL_URL", settings.mail.url);
    from_environment("MAIL_USERNAME", settings.mail.username);
    from_environment("MAIL_PASSWORD", settings.mail.password);
    from_environment("MAIL_STARTTLS", settings.mail.starttls);
    from_environment("MAIL_TEAM", settings.team);
    if (std::string folder = environment("MAIL_FOLDER"); !folder.empty()) settings.mail.folder = std::move(folder);
    return settings;
}

std::string database_url(const std::string& option, const Settings& settings) {
    if (!option.empty()) return option;
    if (const std::string url = environment("DATABASE_URL"); !url.empty()) return url;
    if (const std::string url = url_from_parts(); !url.empty()) return url;
    return settings.database.value_or(default_database);
}

}  // namespace cli
