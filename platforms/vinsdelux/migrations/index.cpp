// The migrations of vinsdelux. makemigrations writes this list anew; nothing else belongs here.
#include "orm/migration.hpp"

namespace vinsdelux::migrations {

orm::migrations::Migration m0001_initial();

std::vector<orm::migrations::Migration> all() {
    return {
        m0001_initial(),
    };
}

}  // namespace vinsdelux::migrations
