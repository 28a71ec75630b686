// The migrations of crush_lu. makemigrations writes this list anew; nothing else belongs here.
#include "orm/migration.hpp"

namespace crush_lu::migrations {

orm::migrations::Migration m0001_initial();
orm::migrations::Migration m0002_registration_check_in();
orm::migrations::Migration m0003_message_key_and_chapter_completion();

std::vector<orm::migrations::Migration> all() {
    return {
        m0001_initial(),
        m0002_registration_check_in(),
        m0003_message_key_and_chapter_completion(),
    };
}

}  // namespace crush_lu::migrations
