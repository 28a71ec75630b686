#include "orm/migration.hpp"

namespace sessions::migrations {

orm::migrations::Migration m0001_initial() {
    using namespace orm::migrations;
    Migration migration{.app = "sessions", .name = "0001_initial"};
    migration.operations = {
        create_model("Session")
            .fields({
                varchar("session_key", 40).primary_key(),
                text("session_data").default_to(""),
                timestamp("expire_date").indexed(),
            })
            .table("django_session"),
    };
    return migration;
}

}  // namespace sessions::migrations
