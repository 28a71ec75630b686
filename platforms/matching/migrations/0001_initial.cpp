#include "orm/migration.hpp"

namespace matching::migrations {

orm::migrations::Migration m0001_initial() {
    using namespace orm::migrations;
    Migration migration{.app = "matching", .name = "0001_initial"};
    migration.dependencies = {{"auth", "0001_initial"}};
    migration.operations = {
        create_model("Dislike")
            .fields({
                id(),
                foreign_key("from_user", "auth.user").related_name("dislikes_given"),
                foreign_key("to_user", "auth.user").related_name("dislikes_received"),
                timestamp("created_at").auto_now_add(),
            })
            .constraints({
                unique("matching_dislike_from_user_id_to_user_id_a14f2dcb_uniq", {"from_user_id", "to_user_id"}),
                check("matching_dislike_not_self", "\"from_user_id\" <> \"to_user_id\""),
            }),
        create_model("Like")
            .fields({
                id(),
                foreign_key("from_user", "auth.user").related_name("likes_given"),
                foreign_key("to_user", "auth.user").related_name("likes_received"),
                timestamp("created_at").auto_now_add(),
            })
            .indexes({
                index("matching_li_to_user_93dba1_idx", {"to_user_id", "from_user_id"}),
            })
            .constraints({
                unique("matching_like_from_user_id_to_user_id_f23cc388_uniq", {"from_user_id", "to_user_id"}),
                check("matching_like_not_self", "\"from_user_id\" <> \"to_user_id\""),
            }),
        create_model("Match")
            .fields({
                id(),
                foreign_key("user1", "auth.user").related_name("matches_as_user1"),
                foreign_key("user2", "auth.user").related_name("matches_as_user2"),
                timestamp("created_at").auto_now_add(),
            })
            .constraints({
                unique("matching_match_user1_id_user2_id_4c543c92_uniq", {"user1_id", "user2_id"}),
                check("matching_match_ordered", "\"user1_id\" < \"user2_id\""),
            })
            .ordering({"-created_at"}),
    };
    return migration;
}

}  // namespace matching::migrations
