#include "orm/migration.hpp"

namespace crush_lu::migrations {

orm::migrations::Migration m0003_message_key_and_chapter_completion() {
    using namespace orm::migrations;
    Migration migration{.app = "crush_lu", .name = "0003_message_key_and_chapter_completion"};
    migration.dependencies = {{"crush_lu", "0002_registration_check_in"}};
    migration.operations = {
        create_model("JourneyChapterCompletion")
            .fields({
                id(),
                foreign_key("progress", "crush_lu.journeyprogress").related_name("completed_chapters"),
                foreign_key("chapter", "crush_lu.journeychapter").related_name("completions"),
                timestamp("completed_at"),
            })
            .constraints({
                unique("crush_lu_journeychapterc_progress_id_chapter_id_081dfefa_uniq", {"progress_id", "chapter_id"}),
            }),
        add_field("connectionmessage", varchar("client_key", 64).default_to("")),
        add_field("journeyprogress", json("recent_answers").default_to("[]")),
        add_index("connectionmessage", index("crush_lu_co_sender__bdd814_idx", {"sender_id", "created_at"})),
        add_index(
            "connectionmessage",
            index("crush_message_once", {"sender_id", "client_key"}).unique().where("LENGTH(\"client_key\") > 0")),
    };
    return migration;
}

}  // namespace crush_lu::migrations
