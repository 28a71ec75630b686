#include "orm/migration.hpp"

namespace auth::migrations {

orm::migrations::Migration m0001_initial() {
    using namespace orm::migrations;
    Migration migration{.app = "auth", .name = "0001_initial"};
    migration.operations = {
        create_model("User")
            .fields({
                id32(),
                varchar("password", 128).default_to(""),
                timestamp("last_login").null(),
                boolean("is_superuser").default_to(false),
                varchar("username", 150).unique().default_to(""),
                varchar("first_name", 150).default_to(""),
                varchar("last_name", 150).default_to(""),
                varchar("email", 254).default_to(""),
                boolean("is_staff").default_to(false),
                boolean("is_active").default_to(true),
                timestamp("date_joined").auto_now_add(),
            })
            .indexes({
                index("auth_user_email_lower_uniq", {"(LOWER(\"email\"))"}).unique().where("\"email\" <> ''"),
            }),
    };
    return migration;
}

}  // namespace auth::migrations
