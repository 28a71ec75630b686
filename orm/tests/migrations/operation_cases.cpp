#include "operation_cases.hpp"

#include "orm/migration_data.hpp"

namespace migration_tests {

std::vector<Case> cases() {
    auto field = [](auto column) { return schema::Field(column); };
    return {
        {"create_model",
         {create_model("Note", {.fields = {id(), text("body"), foreign_key("item", "shop.item")},
                                .many_to_many = {many_to_many("tags", "shop.tag")}})}},
        {"delete_model", {remove_many_to_many("item", "tags"), delete_model("tag")}},
        {"rename_model", {rename_model("Item", "Product")}},
        {"rename_model_that_others_name", {rename_model("Tag", "Label")}},
        {"rename_model_case", {rename_model("Item", "ITEM")}},
        {"alter_table", {alter_table("item", "wares")}},
        {"alter_ordering", {alter_ordering("item", {"title"})}},
        {"add_field_null", {add_field("item", varchar("colour", 20).null())}},
        {"add_field_default", {add_field("item", integer("size").default_to(7))}},
        {"add_field_text_default", {add_field("item", varchar("colour", 20).default_to("it's"))}},
        {"add_field_json", {add_field("item", json("more").default_sql("'[]'"))}},
        {"add_field_array", {add_field("item", array("names", Type::varchar, 9).default_sql("'[]'"))}},
        {"add_field_random", {add_field("item", double_("luck").default_sql("random()"))}},
        {"add_field_indexed", {add_field("item", varchar("slug", 50).null().indexed())}},
        {"add_field_unique", {add_field("item", varchar("slug", 50).null().unique())}},
        {"add_field_now", {add_field("item", timestamp("changed").auto_now())}},
        {"add_foreign_key", {add_field("item", foreign_key("editor", "auth.user").null().on_delete(set_null))}},
        {"add_one_to_one", {add_field("item", one_to_one("twin", "shop.item").null())}},
        {"add_required_in_three_steps",
         {add_field("item", integer("size").null()), fill("item", "size", "\"stock\" + 1"),
          alter_field("item", integer("size"))}},
        {"remove_field", {remove_field("item", "weight")}},
        {"remove_foreign_key", {remove_field("item", "parent")}},
        {"remove_json", {remove_index("item", "shop_item_data_gin"), remove_field("item", "data")}},
        {"alter_primary_key_type", {alter_field("tag", id32())}},
        {"alter_primary_key",
         {remove_many_to_many("item", "tags"), alter_field("tag", bigint("id")),
          alter_field("tag", varchar("name", 50).primary_key())}},
        {"alter_length", {alter_field("item", varchar("title", 300).indexed())}},
        {"alter_type", {alter_field("item", bigint("stock").default_to(3))}},
        {"alter_null", {alter_field("item", smallint("rank").null())}},
        {"alter_not_null", {alter_field("item", field(double_("weight").default_sql("0.5")))}},
        {"alter_unique", {alter_field("item", smallint("rank").unique())}},
        {"alter_not_unique", {alter_field("tag", varchar("name", 50))}},
        {"alter_indexed", {alter_field("item", bigint("views").indexed())}},
        {"alter_not_indexed", {alter_field("item", varchar("title", 200))}},
        {"alter_digits", {alter_field("item", decimal("price", 9, 3))}},
        {"alter_to_text", {alter_field("item", text("title").indexed())}},
        {"alter_column_name", {alter_field("item", bigint("views").column("seen"))}},
        {"alter_delete_rule", {alter_field("item", foreign_key("owner", "auth.user").on_delete(protect))}},
        {"alter_to_one_to_one", {alter_field("item", one_to_one("parent", "shop.item").null())}},
        {"alter_choices", {alter_field("item", varchar("title", 200).indexed().choices({{"a", "A"}}))}},
        {"rename_field", {rename_field("item", "stock", "amount")}},
        {"rename_indexed_field", {rename_field("item", "title", "heading")}},
        {"rename_foreign_key", {rename_field("item", "owner", "seller")}},
        {"rename_primary_key", {rename_field("tag", "id", "code")}},
        {"rename_many_to_many", {rename_field("item", "tags", "labels_too")}},
        {"add_many_to_many", {add_many_to_many("tag", many_to_many("users", "auth.user"))}},
        {"remove_many_to_many", {remove_many_to_many("item", "similar")}},
        {"alter_many_to_many",
         {alter_many_to_many("item", many_to_many("tags", "shop.tag").table("item_tags").related_name("x"))}},
        {"add_index", {add_index("item", index("i1", {"-views", "title"}))}},
        {"add_partial_index", {add_index("item", index("i1", {"views"}).where("\"stock\" > 0"))}},
        {"add_expression_index", {add_index("item", index("i1", {"(UPPER(\"title\"))"}))}},
        {"add_unique_index", {add_index("item", index("i1", {"title", "rank"}).unique())}},
        {"add_covering_index", {add_index("item", index("i1", {"title"}).include({"rank"}))}},
        {"add_gin_index", {add_index("item", index("i1", {"data"}).method("gin"))}},
        {"remove_index", {remove_index("item", "shop_item_public_idx")}},
        {"rename_index", {rename_index("item", "shop_item_rank_idx", "better")}},
        {"add_check", {add_constraint("item", check("c1", "\"views\" >= 0 OR \"title\" = 'a,(b'"))}},
        {"add_unique", {add_constraint("item", unique("c1", {"title", "rank"}))}},
        {"remove_check", {remove_constraint("item", "shop_item_stock")}},
        {"remove_unique", {remove_constraint("item", "shop_item_owner_title_uniq")}},
        {"rename_then_remove",
         {rename_model("Tag", "Label"), rename_field("label", "name", "word"),
          alter_field("label", varchar("word", 60))}},
        {"rename_then_repoint",
         {rename_model("Item", "Thing"), rename_field("thing", "parent", "above"),
          alter_field("thing", foreign_key("above", "shop.tag").null().on_delete(set_null))}},
        {"repoint_then_rename_and_remove",
         {alter_field("item", foreign_key("parent", "shop.tag").null()), alter_field("item", smallint("rank").unique()),
          rename_model("Item", "Thing"), rename_field("thing", "rank", "place"),
          alter_field("thing", smallint("place")), remove_field("thing", "parent")}},
        {"run_sql", {run_sql("UPDATE shop_item SET stock = stock + 10", "UPDATE shop_item SET stock = stock - 10")}},
        {"data_then_schema",
         {run_sql("UPDATE shop_item SET owner_id = owner_id", noop),
          alter_field("item", foreign_key("owner", "auth.user").null())}},
    };
}

void fill_tables(Connection& db) {
    db.script(
        "INSERT INTO auth_user (username, email, is_active, date_joined) VALUES ('ann', 'a@x', TRUE, '2026-01-01 "
        "00:00:00'), "
        "('bob', 'b@x', FALSE, '2026-01-02 00:00:00')");
    db.script("INSERT INTO shop_tag (name) VALUES ('red'), ('it''s'), ('blue')");
    std::string labels = db.dialect() == Dialect::sqlite ? "'[\"x\",\"y\"]'" : "'{x,y}'";
    for (int i = 1; i <= 3; ++i) {
        std::string n = std::to_string(i);
        db.script(
            "INSERT INTO shop_item (title, body, rank, stock, views, weight, price, day, data, labels, owner_id, "
            "parent_id, public) "
            "VALUES ('title " +
            n + "', 'body', " + n + ", " + n + ", 10, " + (i == 2 ? "NULL" : "1.5") +
            ", 12.50, '2026-05-01', '{\"a\": [1]}', " + labels + ", " + (i == 1 ? "1" : "2") + ", " +
            (i == 3 ? "1" : "NULL") + ", TRUE)");
    }
    db.script("DELETE FROM shop_item WHERE title = 'title 2'");  // so that the last key is not the number of rows
    db.script(
        "INSERT INTO shop_item (title, body, rank, stock, views, price, labels, owner_id, public) VALUES ('gone', '', "
        "9, 1, 1, 1, " +
        labels + ", 1, TRUE)");
    db.script("DELETE FROM shop_item WHERE title = 'gone'");
    db.script("INSERT INTO shop_item_tags (item_id, tag_id) VALUES (1, 1), (3, 2)");
    db.script("INSERT INTO shop_item_similar (from_item_id, to_item_id) VALUES (1, 3)");
}

std::vector<Migration> with_case(const Case& tested) {
    auto migrations = sample_migrations();
    migrations.push_back(
        {.app = "shop", .name = "0002", .dependencies = {{"shop", "0001_initial"}}, .operations = tested.operations});
    return migrations;
}

}  // namespace migration_tests
