#include "orm/migration.hpp"

namespace golden::migrations {

orm::migrations::Migration m0002_more() {
    using namespace orm::migrations;
    Migration migration{.app = "golden", .name = "0002_more"};
    migration.dependencies = {{"auth", "0001_initial"}, {"golden", "0001_initial"}};
    migration.operations = {
        add_field("item", integer("size").null()),
        fill("item", "size", "\"stock\" + 1"),
        alter_field("item", integer("size")),
        add_field("item", foreign_key("the_editor_of_this_item", "auth.user")
                              .null()
                              .on_delete(set_null)
                              .related_name("edited_items_of_the_user")),
        alter_field(
            "item",
            varchar("status", 20)
                .choices({{"pending", "Pending"}, {"approved", "Approved"}, {"rejected", "Rejected"}, {"gone", "Gone"}})
                .default_to("pending")),
        remove_field("item", "weight"),
        rename_field("item", "views", "seen"),
        add_many_to_many("tag", many_to_many("users", "auth.user")),
        alter_many_to_many("item", many_to_many("tags", "golden.tag").related_name("things")),
        remove_many_to_many("item", "fans"),
        add_index("tag", index("i1", {"-name"})),
        rename_index("tag", "i1", "i2"),
        remove_index("tag", "i2"),
        add_constraint("tag", check("c1", "\"name\" <> ''")),
        remove_constraint("tag", "c1"),
        alter_ordering("tag", {"name"}),
        alter_table("key", "golden_keys"),
        alter_table("key", ""),
        rename_model("Tag", "Label"),
        run_sql("UPDATE golden_item SET stock = 1", noop),
        run_sql(Sql("SELECT 1", "SELECT 2")),
        delete_model("key"),
    };
    return migration;
}

}  // namespace golden::migrations
