// The migrations of sessions. makemigrations writes this list anew; nothing else belongs here.
#include "orm/migration.hpp"

namespace sessions::migrations {

orm::migrations::Migration m0001_initial();

std::vector<orm::migrations::Migration> all() {
    return {
        m0001_initial(),
    };
}

}  // namespace sessions::migrations
