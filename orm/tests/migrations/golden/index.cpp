// The migrations of golden. makemigrations writes this list anew; nothing else belongs here.
#include "orm/migration.hpp"

namespace golden::migrations {

orm::migrations::Migration m0001_initial();
orm::migrations::Migration m0002_more();

std::vector<orm::migrations::Migration> all() {
    return {
        m0001_initial(),
        m0002_more(),
    };
}

}  // namespace golden::migrations
