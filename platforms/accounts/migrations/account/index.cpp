// The migrations of account. makemigrations writes this list anew; nothing else belongs here.
#include "orm/migration.hpp"

namespace account::migrations {

orm::migrations::Migration m0001_initial();

std::vector<orm::migrations::Migration> all() {
    return {
        m0001_initial(),
    };
}

}  // namespace account::migrations
