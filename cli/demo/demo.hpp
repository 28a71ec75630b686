/// Demo data: an invented year or three of all platforms, the same for the same seed and day.
///
///     db.atomic([&](orm::Transaction& tx) { logins = demo::load(tx, options, progress); });
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/orm.hpp"

namespace cli::demo {

inline constexpr std::string_view password = "moselle-demo-2586";

struct Options {
    double scale = 1;
    std::uint64_t seed = 1;
    orm::Timestamp now = orm::utc_now();  ///< "upcoming" is after it
};

/// Called with what is being written and how far, in rows.
using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;

/// Somebody one can log in as.
struct Login {
    std::string site;
    std::string role;
    std::string email;
};

/// Writes everything. What the platforms' rules forbid never happens in it.
std::vector<Login> load(orm::Transaction& db, const Options& options, const Progress& progress);

/// Somebody or something is in the database already.
bool has_data(orm::Executor& db);

}  // namespace cli::demo
