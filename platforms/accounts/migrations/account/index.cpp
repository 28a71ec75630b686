// The migrations of account. makemigrations writes this list anew; nothing else belongs here.
#include "orm/migration.hpp"

namespace account::migrations {

orm::migrations::Migration m0001_initial();
orm::migrations::Migration m0002_preference();

std::vector<orm::migrations::Migration> all() {
    return {
        m0001_initial(),
        m0002_preference(),
    };
}

}  // namespace account::migrations
