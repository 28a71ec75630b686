#include "orm/migration.hpp"

namespace account::migrations {

orm::migrations::Migration m0002_preference() {
    using namespace orm::migrations;
    Migration migration{.app = "account", .name = "0002_preference"};
    migration.dependencies = {{"account", "0001_initial"}, {"auth", "0001_initial"}};
    migration.operations = {
        create_model("Preference")
            .fields({
                id(),
                one_to_one("user", "auth.user").unique().related_name("preference"),
                varchar("language", 5).default_to(""),
            }),
    };
    return migration;
}

}  // namespace account::migrations
