/// What every site is given: the database, the settings of this deployment, and where its files lie.
///
///     platform::Context context{db, {.production = true, .secure_cookies = true}};
///     web::Site crush = crush_lu::site(context);
///     web::Site wine = vinsdelux::site(context);
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "orm/database.hpp"

namespace platform {

/// The folder that holds `common/static`, `crush_lu/static` …: ENTREPRINDER_ASSETS, else `platforms` here or above the
/// program, else `share/entreprinder` beside it. Throws std::runtime_error that says so when there is none.
std::filesystem::path find_assets();

struct Settings {
    std::string time_zone = "Europe/Luxembourg";  ///< local times and calendar days of people
    bool production = false;
    bool secure_cookies = false;  ///< cookies only over TLS, under the __Host- prefix
    std::filesystem::path assets = find_assets();
    std::filesystem::path media = "var/media";  ///< uploads
    bool screening_call = false;                ///< Crush.lu: approving needs a call with the member (REV-7)
    std::chrono::seconds session_lifetime = std::chrono::hours(24);
};

/// Lives as long as the sites that were made with it.
struct Context {
    orm::Database& db;
    Settings settings;
};

}  // namespace platform
