/// The migrations of this folder's three apps; makemigrations keeps the lists in migrations/<app>/index.cpp.
#pragma once

#include <vector>

#include "orm/migration.hpp"

namespace auth::migrations {
std::vector<orm::migrations::Migration> all();
}
namespace sessions::migrations {
std::vector<orm::migrations::Migration> all();
}
namespace account::migrations {
std::vector<orm::migrations::Migration> all();
}
