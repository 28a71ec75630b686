#include "orm/migration.hpp"

namespace entreprinder::migrations {

orm::migrations::Migration m0001_initial() {
    using namespace orm::migrations;
    Migration migration{.app = "entreprinder", .name = "0001_initial"};
    migration.dependencies = {{"auth", "0001_initial"}};
    migration.operations = {
        create_model("Industry")
            .fields({
                id(),
                varchar("name", 100).unique().default_to(""),
            })
            .ordering({"name"}),
        create_model("Skill")
            .fields({
                id(),
                varchar("name", 100).unique().default_to(""),
            })
            .ordering({"name"}),
        create_model("EntrepreneurProfile")
            .fields({
                id(),
                one_to_one("user", "auth.user").unique().related_name("entrepreneurprofile"),
                varchar("headline", 200).default_to(""),
                varchar("company", 200).default_to(""),
                text("bio").default_to(""),
                varchar("linkedin_url", 200).default_to(""),
                varchar("profile_photo", 100).default_to(""),
            })
            .many_to_many({
                many_to_many("industries", "entreprinder.industry").related_name("profiles"),
                many_to_many("skills", "entreprinder.skill").related_name("profiles"),
            }),
    };
    return migration;
}

}  // namespace entreprinder::migrations
