// The migrations of entreprinder. makemigrations writes this list anew; nothing else belongs here.
#include "orm/migration.hpp"

namespace entreprinder::migrations {

orm::migrations::Migration m0001_initial();

std::vector<orm::migrations::Migration> all() {
    return {
        m0001_initial(),
    };
}

}  // namespace entreprinder::migrations
