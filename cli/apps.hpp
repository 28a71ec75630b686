/// The one list of all apps: their migrations and their models.
#pragma once

#include <string>
#include <vector>

#include "orm/migration.hpp"
#include "orm/schema.hpp"

namespace cli {

struct App {
    std::string label;   ///< "crush_lu": the tables' prefix
    std::string folder;  ///< where its migrations lie, below platforms/
    std::vector<orm::migrations::Migration> (*migrations)();
};
const std::vector<App>& apps();

/// All migrations of all apps.
const orm::migrations::Registry& migrations();

/// What today's structs say the schema is.
orm::schema::State model_state();

/// Throws UsageError unless each is an app; the message lists them.
void check_apps(const std::vector<std::string>& apps);

/// "accounts.0002_x, crush_lu.0001_initial": what the database lacks; empty when it is up to date.
std::string unapplied(orm::Connection& connection);

}  // namespace cli
