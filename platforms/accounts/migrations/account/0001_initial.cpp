#include "orm/migration.hpp"

namespace account::migrations {

orm::migrations::Migration m0001_initial() {
    using namespace orm::migrations;
    Migration migration{.app = "account", .name = "0001_initial"};
    migration.dependencies = {{"auth", "0001_initial"}};
    migration.operations = {
        create_model("EmailAddress")
            .fields({
                id(),
                foreign_key("user", "auth.user").related_name("emailaddress_set"),
                varchar("email", 254).default_to(""),
                boolean("verified").default_to(false),
                boolean("primary").default_to(false),
            })
            .indexes({
                index("unique_verified_email", {"(LOWER(\"email\"))"}).unique().where("\"verified\""),
            })
            .constraints({
                unique("account_emailaddress_user_id_email_987c8728_uniq", {"user_id", "email"}),
            }),
    };
    return migration;
}

}  // namespace account::migrations
