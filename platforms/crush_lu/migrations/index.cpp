// The migrations of crush_lu, kept up to date by makemigrations.
#include "orm/migration.hpp"

namespace crush_lu::migrations {

orm::migrations::Migration m0001_initial();

std::vector<orm::migrations::Migration> all() {
    return {m0001_initial()};
}

}  // namespace crush_lu::migrations
