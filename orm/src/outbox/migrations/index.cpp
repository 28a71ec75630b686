// The migrations of outbox. makemigrations writes this list anew; nothing else belongs here.
#include "orm/migration.hpp"

namespace outbox::migrations {

orm::migrations::Migration m0001_initial();

std::vector<orm::migrations::Migration> all() {
    return {
        m0001_initial(),
    };
}

}  // namespace outbox::migrations
