// The migrations of crush_lu. makemigrations writes this list anew; nothing else belongs here.
#include "orm/migration.hpp"

namespace crush_lu::migrations {

orm::migrations::Migration m0001_initial();
orm::migrations::Migration m0002_registration_check_in();
orm::migrations::Migration m0003_message_key_and_chapter_completion();
orm::migrations::Migration m0004_invitation_tries_and_screening_calls();

std::vector<orm::migrations::Migration> all() {
    return {
        m0001_initial(),
        m0002_registration_check_in(),
        m0003_message_key_and_chapter_completion(),
        m0004_invitation_tries_and_screening_calls(),
    };
}

}  // namespace crush_lu::migrations
