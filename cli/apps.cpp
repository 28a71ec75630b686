#include "apps.hpp"

#include "accounts/migrations.hpp"
#include "accounts/models.hpp"
#include "crush_lu/migrations.hpp"
#include "crush_lu/models.hpp"
#include "entreprinder/migrations.hpp"
#include "entreprinder/models.hpp"
#include "matching/migrations.hpp"
#include "matching/models.hpp"
#include "orm/outbox.hpp"
#include "vinsdelux/migrations.hpp"
#include "vinsdelux/models.hpp"

namespace cli {

const std::vector<App>& apps() {
    static const std::vector<App> list = [] {
        auth::register_models();
        entreprinder::register_models();
        matching::register_models();
        vinsdelux::register_models();
        crush_lu::register_models();
        orm::outbox::register_models();
        return std::vector<App>{
            {"outbox", "../orm/src/outbox/migrations", outbox::migrations::all},
            {"auth", "accounts/migrations/auth", auth::migrations::all},
            {"sessions", "accounts/migrations/sessions", sessions::migrations::all},
            {"account", "accounts/migrations/account", account::migrations::all},
            {"entreprinder", "entreprinder/migrations", entreprinder::migrations::all},
            {"matching", "matching/migrations", matching::migrations::all},
            {"vinsdelux", "vinsdelux/migrations", vinsdelux::migrations::all},
            {"crush_lu", "crush_lu/migrations", crush_lu::migrations::all},
        };
    }();
    return list;
}

orm::schema::State model_state() {
    apps();
    orm::schema::State all;
    for (auto state : {auth::state(), entreprinder::state(), matching::state(), vinsdelux::state(), crush_lu::state(),
                       orm::outbox::state()})
        all.models.merge(state.models);
    return all;
}

}  // namespace cli
