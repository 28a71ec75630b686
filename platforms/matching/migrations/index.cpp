// The migrations of matching. makemigrations writes this list anew; nothing else belongs here.
#include "orm/migration.hpp"

namespace matching::migrations {

orm::migrations::Migration m0001_initial();

std::vector<orm::migrations::Migration> all() {
    return {
        m0001_initial(),
    };
}

}  // namespace matching::migrations
