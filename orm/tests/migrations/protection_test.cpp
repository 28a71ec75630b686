// What a migration must not do without being asked: lose rows, cut texts, leave a half-done one behind.
#include "migrations/text_rows.hpp"
#include "orm/migration_plan.hpp"
#include "support.hpp"

namespace migration_tests {

namespace {

std::string refusal(Connection& db, const Registry& registry, const Target& target = {}, Options options = {}) {
    options.protect_data = true;
    try {
        migrate(db, registry, target, options);
    } catch (const Error& error) {
        return error.what();
    }
    return "not refused";
}

class Stop : public std::exception {};

// Ends the migrator before its statement number `fatal`, as a lost connection would.
Options stopping_at(int fatal) {
    Options options{.large_table_bytes = 0};
    auto seen = std::make_shared<int>(0);
    options.progress = [seen, fatal](const Progress& progress) {
        if (progress.event == Progress::Event::statement && ++*seen == fatal) throw Stop();
    };
    return options;
}

}  // namespace

class Losses : public OnBoth {};
ON_BOTH_DATABASES(Losses);

TEST_P(Losses, RowsAreLostOnlyWhenAskedFor) {
    const Registry registry = sample_and({remove_many_to_many("item", "tags"), delete_model("tag")});
    migrate(db(), registry, {"shop", "0001"});
    db().script("INSERT INTO shop_tag (name) VALUES ('a')");
    EXPECT_NE(refusal(db(), registry), "not refused");
    EXPECT_EQ(value("SELECT name FROM shop_tag"), "a");
    EXPECT_EQ(migrate(db(), registry, {}, {.allow_data_loss = {"delete_model"}, .protect_data = true}).applied.size(),
              1U);
}

TEST_P(Losses, ARenameInTheSameMigrationHidesNothing) {
    const Registry fields = sample_and({rename_model("tag", "label"), remove_field("label", "name")});
    migrate(db(), fields, {"shop", "0001"});
    db().script("INSERT INTO shop_tag (name) VALUES ('a')");
    EXPECT_NE(refusal(db(), fields).find("--allow-data-loss remove_field"), std::string::npos);
    EXPECT_EQ(value("SELECT name FROM shop_tag"), "a");

    const Registry models =
        sample_and({remove_many_to_many("item", "tags"), alter_table("tag", "shop_marks"), delete_model("tag")});
    EXPECT_NE(refusal(db(), models).find("--allow-data-loss delete_model"), std::string::npos);
    EXPECT_EQ(value("SELECT name FROM shop_tag"), "a");
}

TEST_P(Losses, UndoingARenameHidesNothing) {
    const Registry registry = sample_and({add_field("tag", text("note").null()), rename_model("tag", "label")});
    migrate(db(), registry);
    db().script("INSERT INTO shop_label (name, note) VALUES ('a', 'kept')");
    EXPECT_NE(refusal(db(), registry, {"shop", "0001"}).find("--allow-data-loss add_field"), std::string::npos);
    EXPECT_EQ(value("SELECT note FROM shop_label"), "kept");
}

TEST_P(Losses, ATextIsNeverCut) {
    const Registry registry = sample_and({alter_field("tag", varchar("name", 5).unique())});
    migrate(db(), registry, {"shop", "0001"});
    db().script("INSERT INTO shop_tag (name) VALUES ('longer than five')");
    const std::string said = refusal(db(), registry);
    if (!sqlite()) {
        EXPECT_NE(said.find("too long"), std::string::npos) << said;
    }
    EXPECT_EQ(value("SELECT name FROM shop_tag"), "longer than five");
    db().script("UPDATE shop_tag SET name = 'short'");
    migrate(db(), registry);
    EXPECT_EQ(value("SELECT name FROM shop_tag"), "short");
}

TEST_P(Losses, ADecimalIsRoundedOnlyWhenAskedFor) {
    if (sqlite()) GTEST_SKIP() << "SQLite keeps a decimal as it is, whatever its column is called";
    auto migrations = sample_migrations();
    migrations.push_back({.app = "shop",
                          .name = "0002",
                          .dependencies = {{"shop", "0001_initial"}},
                          .operations = {add_field("tag", decimal("weight", 6, 2).null())}});
    migrations.push_back({.app = "shop",
                          .name = "0003",
                          .dependencies = {{"shop", "0002"}},
                          .operations = {alter_field("tag", decimal("weight", 6, 1).null())}});
    const Registry registry = registry_of(migrations);
    migrate(db(), registry, {"shop", "0002"});
    db().script("INSERT INTO shop_tag (name, weight) VALUES ('a', 1.25)");
    EXPECT_NE(refusal(db(), registry).find("--allow-data-loss alter_field"), std::string::npos);
    EXPECT_EQ(value("SELECT weight::text FROM shop_tag"), "1.25");
    migrate(db(), registry, {}, {.allow_data_loss = {"alter_field"}, .protect_data = true});
    EXPECT_EQ(value("SELECT weight::text FROM shop_tag"), "1.3");
}

class Interrupted : public OnBoth {};
INSTANTIATE_TEST_SUITE_P(Databases, Interrupted, testing::Values(Dialect::postgres), dialect_name);

TEST_P(Interrupted, AnUndoIsPartOfEveryPlan) {
    const Registry registry =
        sample_and({add_index("tag", index("i1", {"-name"})), add_index("tag", index("i2", {"name", "id"}))});
    migrate(db(), registry);
    db().script("INSERT INTO shop_tag (name) VALUES ('a')");
    EXPECT_THROW(migrate(db(), registry, {"shop", "0001"}, stopping_at(2)), Stop);
    const auto steps = plan(db(), registry, {});
    ASSERT_EQ(steps.size(), 2U) << "the undo goes on, and then what everything asks for is done";
    EXPECT_TRUE(steps[0].backward);
    EXPECT_FALSE(steps[1].backward);
    EXPECT_EQ(explain(db(), registry, {}, {}).size(), 2U);
    migrate(db(), registry);
    EXPECT_EQ(value("SELECT count(*)::text FROM pg_indexes WHERE indexname IN ('i1', 'i2')"), "2");
    EXPECT_TRUE(plan(db(), registry, {}).empty());
}

TEST_P(Interrupted, AMigrationIsFinishedBeforeAnythingElse) {
    const Registry registry =
        sample_and({add_index("tag", index("i1", {"-name"})), add_index("tag", index("i2", {"name", "id"}))});
    migrate(db(), registry, {"shop", "0001"});
    db().script("INSERT INTO shop_tag (name) VALUES ('a')");
    EXPECT_THROW(migrate(db(), registry, {}, stopping_at(2)), Stop);
    for (const char* target : {"0001", "zero"}) {
        const std::string said = refusal(db(), registry, {"shop", target});
        EXPECT_NE(said.find("shop.0002 was interrupted"), std::string::npos) << said;
    }
    // Finished by hand and recorded as such: nothing is left to resume.
    db().script("CREATE INDEX i2 ON shop_tag (name, id)");
    migrate(db(), registry, {}, {.fake = true});
    EXPECT_EQ(value("SELECT (to_regclass('entreprinder_migration_progress') IS NULL)::text"), "true");
    migrate(db(), registry, {"shop", "0001"});
    migrate(db(), registry);
    EXPECT_EQ(value("SELECT count(*)::text FROM pg_indexes WHERE indexname IN ('i1', 'i2')"), "2");
}

TEST_P(Interrupted, AnotherIndexOfTheNameIsNotTaken) {
    const Registry registry = sample_and({add_index("tag", index("i1", {"-name"}))});
    migrate(db(), registry, {"shop", "0001"});
    db().script("INSERT INTO shop_tag (name) VALUES ('a'); CREATE INDEX i1 ON shop_tag (id)");
    Options large{.large_table_bytes = 0};
    for (int attempt = 0; attempt < 2; ++attempt)
        EXPECT_NE(refusal(db(), registry, {}, large).find("already exists"), std::string::npos);
    db().script("DROP INDEX i1; CREATE INDEX i1 ON shop_tag (name DESC)");  // as it is to be
    migrate(db(), registry, {}, large);
    EXPECT_TRUE(plan(db(), registry, {}).empty());
}

}  // namespace migration_tests
