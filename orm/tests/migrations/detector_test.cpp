// What the detector finds, in which order, and what it asks.
#include "migrations/detector.hpp"

#include "orm/migration_make.hpp"
#include "support.hpp"

namespace migration_tests {

namespace {

// The state that these operations of the app "shop" build on the sample.
schema::State changed(const std::vector<Operation>& operations) {
    schema::State state = state_of(sample_migrations());
    for (const Operation& operation : operations) apply(operation, "shop", state);
    return state;
}
std::vector<std::string> detected(const schema::State& goal, Questioner& questioner) {
    std::vector<std::string> result;
    Registry registry = registry_of(sample_migrations());
    for (const Migration& migration : detect_changes(registry.state(), goal, questioner, registry))
        for (const Operation& operation : migration.operations)
            result.push_back(migration.app + ": " + describe(operation));
    return result;
}
std::vector<std::string> detected(const std::vector<Operation>& operations, std::vector<std::string> renames = {},
                                  std::map<std::string, std::string> fills = {}) {
    StatedAnswers answers(renames, fills);
    return detected(changed(operations), answers);
}
using Lines = std::vector<std::string>;

}  // namespace

TEST(Detector, NothingChanged) {
    EXPECT_EQ(detected(std::vector<Operation>{}), Lines{});
}

TEST(Detector, EachKindOfDifference) {
    EXPECT_EQ(detected({add_field("item", integer("size").null())}), Lines{"shop: Add field size to item"});
    EXPECT_EQ(detected({add_field("item", integer("size").default_to(1))}), Lines{"shop: Add field size to item"});
    EXPECT_EQ(detected({remove_field("item", "views")}), Lines{"shop: Remove field views from item"});
    EXPECT_EQ(detected({alter_field("item", varchar("title", 250).indexed())}),
              Lines{"shop: Alter field title on item"});
    EXPECT_EQ(detected({alter_field("item", bigint("views").default_to(1))}), Lines{"shop: Alter field views on item"});
    EXPECT_EQ(detected({add_index("item", index("x", {"views"}))}), Lines{"shop: Create index x on item"});
    EXPECT_EQ(detected({remove_index("item", "shop_item_rank_idx")}),
              Lines{"shop: Remove index shop_item_rank_idx from item"});
    EXPECT_EQ(detected({rename_index("item", "shop_item_rank_idx", "x")}),
              Lines{"shop: Rename index shop_item_rank_idx on item to x"});
    EXPECT_EQ(
        detected(
            {remove_index("item", "shop_item_rank_idx"), add_index("item", index("shop_item_rank_idx", {"rank"}))}),
        (Lines{"shop: Remove index shop_item_rank_idx from item", "shop: Create index shop_item_rank_idx on item"}));
    EXPECT_EQ(detected({add_constraint("item", check("x", "1 = 1"))}), Lines{"shop: Create constraint x on item"});
    EXPECT_EQ(detected({remove_constraint("item", "shop_item_stock")}),
              Lines{"shop: Remove constraint shop_item_stock from item"});
    EXPECT_EQ(detected({alter_ordering("item", {"title"})}), Lines{"shop: Change the ordering of item"});
    EXPECT_EQ(detected({alter_table("item", "wares")}), Lines{"shop: Rename the table of item to wares"});
    EXPECT_EQ(detected({add_many_to_many("tag", many_to_many("users", "auth.user"))}),
              Lines{"shop: Add many-to-many users to tag"});
    EXPECT_EQ(detected({remove_many_to_many("item", "fans")}), Lines{"shop: Remove many-to-many fans from item"});
    EXPECT_EQ(detected({alter_many_to_many("item", many_to_many("fans", "auth.user").related_name("x"))}),
              Lines{"shop: Alter many-to-many fans on item"});
    EXPECT_EQ(detected({remove_many_to_many("item", "tags"), delete_model("tag")}),
              (Lines{"shop: Remove many-to-many tags from item", "shop: Delete model tag"}));
    EXPECT_EQ(detected({create_model("Note").fields({id(), foreign_key("item", "shop.item")})}),
              Lines{"shop: Create model Note"});
}

TEST(Detector, RenamesAreAskedNeverGuessed) {
    std::vector<Operation> field{rename_field("item", "views", "seen")};
    EXPECT_THROW(detected(field), MigrationError);
    EXPECT_EQ(detected(field, {"shop.item.views=seen"}), Lines{"shop: Rename field views on item to seen"});
    EXPECT_EQ(detected(field, {"shop.item.views="}, {{"shop.item.seen", "0"}}),
              (Lines{"shop: Remove field views from item", "shop: Add field seen to item",
                     "shop: Fill seen of item where it is NULL", "shop: Alter field seen on item"}));
    std::vector<Operation> model{rename_model("Item", "Product")};
    EXPECT_THROW(detected(model), MigrationError);
    EXPECT_EQ(detected(model, {"shop.item=product"}), Lines{"shop: Rename model Item to Product"});
    EXPECT_EQ(detected(model, {"shop.item=Product"}), Lines{"shop: Rename model Item to Product"});
    EXPECT_EQ(detected(model, {"shop.item="}), (Lines{"shop: Create model Product", "shop: Delete model item"}));
    EXPECT_EQ(detected({rename_field("item", "tags", "marks")}, {"shop.item.tags=marks"}),
              Lines{"shop: Rename field tags on item to marks"});
    EXPECT_EQ(detected({rename_model("Item", "Product"), rename_field("product", "stock", "amount")},
                       {"shop.item=product", "shop.product.stock=amount"}),
              (Lines{"shop: Rename model Item to Product", "shop: Rename field stock on product to amount"}));
    EXPECT_THROW(StatedAnswers({"nonsense"}), MigrationError);
}

// A field that changes its type with its name is asked about like any other: dropping it would lose its rows.
TEST(Detector, ARenameWithAnotherTypeIsAskedToo) {
    const auto renamed = [](const std::vector<Operation>& change) {
        try {
            detected(change);
            return std::string("not asked");
        } catch (const MigrationError& error) {
            return std::string(error.what());
        }
    };
    const auto expect_asked = [&](const std::vector<Operation>& change, const std::string& question) {
        EXPECT_NE(renamed(change).find(question), std::string::npos) << renamed(change);
    };
    // Kin types, though more than one field goes or comes.
    const Operation other = add_field("item", boolean("other").default_to("FALSE"));
    expect_asked({remove_field("item", "body"), other, add_field("item", varchar("prose", 90).default_to("''"))},
                 "field shop.item.body now called prose");
    expect_asked({remove_field("item", "views"), other, add_field("item", integer("seen").default_to(0))},
                 "field shop.item.views now called seen");
    expect_asked({remove_field("item", "weight"), other, add_field("item", decimal("mass", 8, 2).null())},
                 "field shop.item.weight now called mass");
    // Any types, where one goes and one comes.
    expect_asked({remove_field("item", "body"), add_field("item", json("prose").default_to("'{}'"))},
                 "field shop.item.body now called prose");
    EXPECT_EQ(detected({remove_field("item", "views"), add_field("item", integer("seen").default_to(0))},
                       {"shop.item.views=seen"}),
              (Lines{"shop: Rename field views on item to seen", "shop: Alter field seen on item"}));
    EXPECT_EQ(detected({remove_field("item", "views"), add_field("item", integer("seen").default_to(0))},
                       {"shop.item.views="}),
              (Lines{"shop: Remove field views from item", "shop: Add field seen to item"}));
}

TEST(Detector, ARequiredFieldTakesThreeSteps) {
    std::vector<Operation> size{add_field("item", integer("size"))};
    EXPECT_THROW(detected(size), MigrationError);
    EXPECT_EQ(detected(size, {}, {{"shop.item.size", "0"}}),
              (Lines{"shop: Add field size to item", "shop: Fill size of item where it is NULL",
                     "shop: Alter field size on item"}));
    EXPECT_EQ(detected({alter_field("item", double_("weight"))}, {}, {{"shop.item.weight", "0"}}),
              (Lines{"shop: Fill weight of item where it is NULL", "shop: Alter field weight on item"}));
    EXPECT_EQ(detected({add_field("item", timestamp("made").auto_now_add())}), Lines{"shop: Add field made to item"});
}

TEST(Detector, CirclesAreSplitAcrossAndWithinApps) {
    schema::State goal;
    auto build = [&](const std::string& app, const Operation& operation) { apply(operation, app, goal); };
    build("a", create_model("One").fields({id()}));
    build("b", create_model("Two").fields({id(), foreign_key("one", "a.one")}));
    build("a", add_field("one", foreign_key("two", "b.two").null()));
    build("a", create_model("Left").fields({id()}));
    build("a", create_model("Right").fields({id(), foreign_key("left", "a.left")}));
    build("a", add_field("left", foreign_key("right", "a.right").null()));
    build("a", add_index("left", index("by_right", {"right_id"})));
    StatedAnswers answers;
    auto migrations = detect_changes({}, goal, answers);
    ASSERT_EQ(migrations.size(), 3U);
    Registry registry;
    registry.add(migrations);
    EXPECT_EQ(detect_changes(registry.state(), goal, answers, registry).size(), 0U);
    EXPECT_EQ(registry.conflicts().size(), 0U);
    for (Dialect dialect : {Dialect::sqlite, Dialect::postgres})
        for (const auto& [key, migration] : registry.migrations())
            EXPECT_FALSE(sql_of(registry, dialect, key.app, key.name).empty());
}

TEST(Detector, NamesTellWhatHappens) {
    EXPECT_EQ(suggest_name({add_field("item", integer("size"))}), "item_size");
    EXPECT_EQ(suggest_name({create_model("Note").fields({id()}), remove_field("item", "views")}),
              "note_remove_item_views");
    EXPECT_EQ(suggest_name({run_sql("SELECT 1")}), "custom");
    std::vector<Operation> many;
    for (int i = 0; i < 9; ++i) many.push_back(add_field("item", integer("field" + std::to_string(i))));
    EXPECT_EQ(suggest_name(many), "item_field0_item_field1_item_field2_item_field3_and_more");
}

TEST(Detector, DependsOnTheAppsThatItNames) {
    StatedAnswers answers;
    Registry registry = registry_of(sample_migrations());
    auto migrations = detect_changes(
        registry.state(), changed({add_field("tag", foreign_key("by", "auth.user").null())}), answers, registry);
    ASSERT_EQ(migrations.size(), 1U);
    EXPECT_EQ(migrations[0].name, "0002_tag_by");
    EXPECT_EQ(migrations[0].dependencies, (std::vector<Key>{{"auth", "0001_initial"}, {"shop", "0001_initial"}}));
}

namespace {

// The registry with a leaf of the app "shop" for each list of operations, after `before` where that is given.
Registry with_ends(std::vector<Migration> migrations, const std::vector<std::vector<Operation>>& ends,
                   const std::vector<Key>& before = {}) {
    for (std::size_t i = 0; i < ends.size(); ++i) {
        migrations.push_back({.app = "shop",
                              .name = std::string("0002_") + static_cast<char>('a' + i),
                              .dependencies = {{"shop", "0001_initial"}},
                              .operations = ends[i]});
        if (i < before.size()) migrations.back().dependencies.push_back(before[i]);
    }
    return registry_of(migrations);
}
std::string merge_of(const Registry& registry) {
    try {
        return merge_migrations(registry, {.dry_run = true}).at(0).migration.name;
    } catch (const MigrationError& error) {
        return error.what();
    }
}

}  // namespace

TEST(Merge, JoinsBranchesThatCommute) {
    Registry registry = with_ends(sample_migrations(),
                                  {{add_field("item", integer("a").null())}, {add_field("item", integer("b").null())}});
    EXPECT_THROW(registry.state(), MigrationError);
    auto files = merge_migrations(registry, {.dry_run = true});
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].migration.name, "0003_merge");
    registry.add(files[0].migration);
    EXPECT_NO_THROW(registry.state());
}

TEST(Merge, NamesWhatDoesNotCommute) {
    const std::string refused = merge_of(
        with_ends(sample_migrations(), {{alter_field("item", integer("views"))}, {remove_field("item", "views")}}));
    EXPECT_NE(refused.find("\"Alter field views on item\" and \"Remove field views from item\""), std::string::npos)
        << refused;
}

// Rows that one branch writes may break what the other makes unique.
TEST(Merge, AUniqueIndexBesideRowsDoesNotCommute) {
    const Operation rows = run_sql("UPDATE shop_item SET stock = 1", noop);
    EXPECT_EQ(merge_of(with_ends(sample_migrations(), {{rows}, {add_index("item", index("i", {"stock"}))}})),
              "0003_merge");
    const std::string refused =
        merge_of(with_ends(sample_migrations(), {{rows}, {add_index("item", index("i", {"stock"}).unique())}}));
    EXPECT_NE(refused.find("\"Run SQL\" and \"Create index i on item\""), std::string::npos) << refused;
}

TEST(Merge, ABranchMayNeedWhatAnotherAppHasSinceThen) {
    auto migrations = sample_migrations();
    migrations.push_back({.app = "news",
                          .name = "0001_initial",
                          .operations = {create_model("Article").fields({id(), varchar("title", 80)})}});
    EXPECT_EQ(merge_of(with_ends(migrations,
                                 {{add_field("item", foreign_key("article", "news.article").null())},
                                  {add_field("item", integer("size").null())}},
                                 {{"news", "0001_initial"}})),
              "0003_merge");
}

// What another app builds upon a branch belongs to that branch.
TEST(Merge, AnotherAppMayStandInTheMidstOfABranch) {
    for (const bool conflicting : {false, true}) {
        auto migrations = sample_migrations();
        migrations.push_back({.app = "shop",
                              .name = "0002_box",
                              .dependencies = {{"shop", "0001_initial"}},
                              .operations = {create_model("Box").fields({id()})}});
        migrations.push_back({.app = "news",
                              .name = "0001_initial",
                              .dependencies = {{"shop", "0002_box"}},
                              .operations = {create_model("Article").fields({id(), foreign_key("box", "shop.box")})}});
        migrations.push_back({.app = "shop",
                              .name = "0003_article",
                              .dependencies = {{"shop", "0002_box"}, {"news", "0001_initial"}},
                              .operations = {add_field("box", foreign_key("first", "news.article").null())}});
        const auto other = conflicting ? create_model("Box").fields({id(), integer("size")})
                                       : create_model("Crate").fields({id(), integer("size")});
        const std::string merged = merge_of(with_ends(migrations, {{other}}));
        EXPECT_EQ(merged == "0004_merge", !conflicting) << merged;
    }
}

// Two of three ends have a migration that the third lacks.
TEST(Merge, EndsMayShareAPartOfTheirWay) {
    auto migrations = sample_migrations();
    migrations.push_back({.app = "shop",
                          .name = "0002_both",
                          .dependencies = {{"shop", "0001_initial"}},
                          .operations = {add_field("item", integer("both").null())}});
    for (const char* name : {"0003_x", "0003_y"})
        migrations.push_back({.app = "shop",
                              .name = name,
                              .dependencies = {{"shop", "0002_both"}},
                              .operations = {add_field("item", integer(name + 5).null())}});
    EXPECT_EQ(merge_of(with_ends(migrations, {{add_field("item", integer("size").null())}})), "0004_merge");
}

TEST(Squash, OptimisesAndKeepsDataSteps) {
    auto migrations = sample_migrations();
    migrations.push_back({.app = "shop",
                          .name = "0002_a",
                          .dependencies = {{"shop", "0001_initial"}},
                          .operations = {add_field("item", integer("a").null()), rename_field("item", "a", "b"),
                                         remove_field("item", "views")}});
    migrations.push_back({.app = "shop",
                          .name = "0003_data",
                          .dependencies = {{"shop", "0002_a"}},
                          .operations = {run(no_data_change, no_data_change)}});
    migrations.push_back({.app = "shop",
                          .name = "0004_c",
                          .dependencies = {{"shop", "0003_data"}},
                          .operations = {remove_field("item", "b")}});
    Registry registry = registry_of(migrations);
    auto file = squash_migrations(registry, "shop", "0001", "0004", {.dry_run = true});
    std::vector<std::string> lines;
    for (const auto& operation : file.migration.operations) lines.push_back(describe(operation));
    EXPECT_EQ(lines, (Lines{"Create model Tag", "Create model Item", "run a function", "Remove field b from item"}));
    EXPECT_EQ(file.migration.replaces.size(), 4U);
    EXPECT_EQ(file.migration.dependencies, (std::vector<Key>{{"auth", "0001_initial"}}));
    EXPECT_NE(file.text.find("m0003_data().operations[0],"), std::string::npos) << file.text;
    schema::State whole = registry.state();
    registry.add(file.migration);
    EXPECT_TRUE(registry.state() == whole);
}

}  // namespace migration_tests
