#include "orm/migration.hpp"

namespace golden::migrations {

orm::migrations::Migration m0001_initial() {
    using namespace orm::migrations;
    Migration migration{.app = "golden", .name = "0001_initial"};
    migration.dependencies = {{"auth", "0001_initial"}};
    migration.operations = {
        create_model("Tag").fields({
            id(),
            varchar("name", 50).unique(),
        }),
        create_model("Item")
            .fields({
                id(),
                varchar("title", 200).indexed(),
                text("body").default_to("it's \"so\"\n"),
                smallint("rank").default_to(-5),
                integer("stock").default_to(3),
                bigint("views"),
                double_("weight").null(),
                decimal("price", 6, 2).default_sql("1.50"),
                date("day").null(),
                json("data").default_to("[]"),
                array("labels", Type::varchar, 20),
                array("numbers", Type::integer),
                boolean("public").default_to(true),
                timestamp("made").auto_now_add(),
                timestamp("changed").auto_now(),
                varchar("status", 20).choices({{"pending", "Pending"}, {"approved", "Approved"}}).default_to("pending"),
                varchar("long_status", 30)
                    .choices({{"pending", "Pending"},
                              {"approved", "Approved"},
                              {"rejected", "Rejected for now"},
                              {"postponed", "Postponed"}})
                    .default_to("pending"),
                foreign_key("owner", "auth.user").related_name("items"),
                foreign_key("parent", "golden.item").null().on_delete(set_null),
                one_to_one("twin", "golden.item").null().on_delete(protect).related_name("the_other_twin_of_this_item"),
            })
            .many_to_many({
                many_to_many("tags", "golden.tag").related_name("items"),
                many_to_many("fans", "auth.user").table("fan_club"),
            })
            .indexes({
                index("golden_item_rank_idx", {"rank", "-stock"}),
                index("golden_item_public_idx", {"day"}).where("\"public\""),
                index("golden_lower", {"(LOWER(\"title\"))"}).unique(),
                index("golden_gin", {"data"}).method("gin"),
                index("golden_cover", {"title"}).include({"rank", "stock"}),
            })
            .constraints({
                unique("golden_item_owner_title_uniq", {"owner_id", "title"}),
                check("golden_item_stock", "\"stock\" >= 0"),
            })
            .ordering({"-rank", "title"}),
        create_model("Key")
            .fields({
                varchar("code", 10).primary_key(),
                foreign_key("item", "golden.item").column("the_item").on_delete(do_nothing),
            })
            .table("keys"),
    };
    return migration;
}

}  // namespace golden::migrations
