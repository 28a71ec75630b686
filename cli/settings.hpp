/// Where the command's settings come from: an option, else the environment, else a TOML file, else a default.
///
///     cli::Settings settings = cli::load_settings("entreprinder.toml");       // "" reads no file
///     std::string url = cli::database_url(option, settings);
///
/// The file, every key optional (an unknown one is an error, so that a misspelt key is not silently nothing):
///
///     [database]
///     url = "postgresql://app@db.example/entreprinder"
///     [server]
///     address = "127.0.0.1"
///     port = 8000
///     workers = 8
///     trusted_proxies = ["127.0.0.1"]
///     [site]
///     production = true          # unknown hosts are refused; cookies are Secure
///     secure_cookies = true      # default: as production
///     media_root = "var/media"
///     [mail]
///     url = "smtp://mail.example:587"     # or smtps://host:465; without it mail goes to the folder
///     username = "app"
///     password = "..."                    # better: MAIL_PASSWORD
///     starttls = "required"               # or "optional", "off"
///     ca_file = "/etc/ssl/our-ca.pem"     # where the system's authorities do not know the server's certificate
///     folder = "var/mail"                 # .eml files, for development
///     team = "team@example.lu"            # who is told when somebody completes a journey; without it nobody
///     [crush]
///     screening_call = true      # a profile is approved only after a recorded call with the member; default: false
///     [log]
///     level = "info"
///     [monitor]
///     metrics_token = "..."       # GET /metrics asks for it; without one only this machine may read
///     slow_log = "var/slow.jsonl" # "" keeps none
///     slow_milliseconds = 100
///     panel = true                # the debug panel; only in development, for visitors on this machine
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "mail/transport.hpp"

namespace cli {

/// The caller asked for something impossible: exit code 2. Everything else that goes wrong is exit code 1.
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Settings {
    std::optional<std::string> database;
    std::string address = "127.0.0.1";
    std::uint16_t port = 8000;
    unsigned workers = 8;
    std::vector<std::string> trusted_proxies;
    bool production = false;
    std::optional<bool> secure_cookies;
    std::string media_root = "var/media";
    mail::TransportOptions mail{};
    std::string team;  ///< an e-mail address, or nothing
    bool screening_call = false;
    std::string log_level = "info";
    std::string metrics_token;
    std::string slow_log = "var/slow.jsonl";
    unsigned slow_milliseconds = 100;
    bool panel = true;

    bool secure() const { return secure_cookies.value_or(production); }
};

inline constexpr const char* default_database = "sqlite:///var/entreprinder.sqlite3";

/// Reads the TOML file at `path`, and MAIL_URL, MAIL_USERNAME, MAIL_PASSWORD, MAIL_STARTTLS, MAIL_FOLDER and MAIL_TEAM,
/// which win; throws UsageError naming file, line and key.
Settings load_settings(const std::string& path);

/// The option if given; else DATABASE_URL; else DBNAME, DBHOST, DBUSER, DBPASS (as the production environment of the
/// product's first life has them, TLS required); else the file's; else SQLite in var/.
std::string database_url(const std::string& option, const Settings& settings);

}  // namespace cli
