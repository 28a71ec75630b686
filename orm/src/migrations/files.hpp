// What makemigrations, --merge and --squash share: which apps were asked for, and writing the files.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orm/migration_make.hpp"

namespace orm::migrations {

// Throws MigrationError for an app that is not `known`.
void require_apps(const MakeOptions& options, const std::set<std::string>& known);
bool chosen(const MakeOptions& options, const std::string& app);

// Gives each file its path and, unless it is a dry run, writes them and the index.cpp of their apps: all or, when
// something fails (MigrationError with the reason), none.
void save(std::vector<MigrationFile>& files, const Registry& registry, const MakeOptions& options);

}  // namespace orm::migrations
