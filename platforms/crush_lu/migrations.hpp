/// The migrations of this app; makemigrations keeps the list in migrations/index.cpp.
#pragma once

#include <vector>

#include "orm/migration.hpp"

namespace crush_lu::migrations {
std::vector<orm::migrations::Migration> all();
}
