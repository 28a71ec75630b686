#include "orm/migration.hpp"

namespace crush_lu::migrations {

orm::migrations::Migration m0004_invitation_tries_and_screening_calls() {
    using namespace orm::migrations;
    Migration migration{.app = "crush_lu", .name = "0004_invitation_tries_and_screening_calls"};
    migration.dependencies = {{"auth", "0001_initial"}, {"crush_lu", "0003_message_key_and_chapter_completion"}};
    migration.operations = {
        create_model("InvitationTry")
            .fields({
                id(),
                foreign_key("user", "auth.user").related_name("invitation_tries"),
                timestamp("tried_at"),
            }),
        add_field("profilesubmission", boolean("screening_call_completed").default_to(false)),
        add_field("profilesubmission", timestamp("screening_call_date").null()),
        add_field("profilesubmission", text("screening_notes").default_to("")),
    };
    return migration;
}

}  // namespace crush_lu::migrations
