// Plans, history, transactions, two migrators, crashes.
#include <thread>

#include "migrations/text_rows.hpp"
#include "support.hpp"

namespace migration_tests {

class Executor : public OnBoth {};
ON_BOTH_DATABASES(Executor);

TEST_P(Executor, BuildsFromEmptyAndBackToNothing) {
    Registry registry = registry_of(sample_migrations());
    Report report = migrate(db(), registry);
    EXPECT_EQ(report.applied, (std::vector<Key>{{"auth", "0001_initial"}, {"shop", "0001_initial"}}));
    std::string built = dump();
    EXPECT_NE(built.find("shop_item_similar"), std::string::npos);
    EXPECT_TRUE(migrate(db(), registry).applied.empty());

    EXPECT_EQ(migrate(db(), registry, {"shop", "zero"}).unapplied, (std::vector<Key>{{"shop", "0001_initial"}}));
    EXPECT_EQ(dump().find("shop_"), std::string::npos);
    migrate(db(), registry);
    EXPECT_EQ(dump(), built);
    migrate(db(), registry, {"auth", "zero"});  // takes shop with it
    EXPECT_EQ(dump(), "");
    EXPECT_EQ(value("SELECT CAST(count(*) AS text) FROM django_migrations"), "0");
}

TEST_P(Executor, CreateAllEqualsMigrating) {
    migrate(db(), registry_of(sample_migrations()));
    TestDatabase other(GetParam());
    auto second = other.connect();
    create_all(*second, state_of(sample_migrations()));
    std::string migrated = dump();
    connection_.swap(second);
    EXPECT_EQ(dump(), migrated);
    connection_.swap(second);
    second.reset();
}

TEST_P(Executor, ShowTellsWhatIsApplied) {
    Registry registry = registry_of(sample_migrations());
    auto rows = show(db(), registry);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_FALSE(rows[0].applied);
    migrate(db(), registry, {"auth"});
    rows = show(db(), registry);
    EXPECT_TRUE(rows[0].applied);
    EXPECT_FALSE(rows[0].applied_at.empty());
    EXPECT_FALSE(rows[1].applied);
    EXPECT_EQ(plan(db(), registry).size(), 1U);
}

TEST_P(Executor, AFailingMigrationLeavesNothingBehind) {
    // On PostgreSQL a table that others use would have been changed by itself: see TheStepThatFails... in
    // apart_test.cpp
    const Registry registry =
        sample_and({create_model("Note", {.fields = {id()}}), add_field("note", integer("extra").null()),
                    run_sql("SELECT nonsense FROM nowhere", noop)},
                   "0002_breaks");
    migrate(db(), registry, {"shop", "0001"});
    std::string before = dump();
    try {
        migrate(db(), registry);
        FAIL();
    } catch (const MigrationError& error) {
        EXPECT_NE(std::string(error.what()).find("shop.0002_breaks: Run SQL"), std::string::npos) << error.what();
    }
    EXPECT_EQ(dump(), before);
    EXPECT_FALSE(db().in_transaction());
    EXPECT_FALSE(show(db(), registry)[2].applied);
}

// A row that others name goes, which is nobody's business until the end: there it is found, and nothing has happened.
TEST_P(Executor, AMigrationThatBreaksAForeignKeyIsUndone) {
    const Registry registry = sample_and({run_sql("DELETE FROM auth_user", noop)}, "0002_breaks");
    migrate(db(), registry, {"shop", "0001"});
    db().script(
        "INSERT INTO auth_user (username, email, is_active, date_joined) VALUES ('ann', '', TRUE, '2026-01-01');"
        "INSERT INTO shop_item (title, body, rank, stock, views, price, labels, owner_id, public) VALUES ('t', '', 1, "
        "1, 1, 1, '" +
        std::string(sqlite() ? "[]" : "{}") + "', 1, TRUE)");
    try {
        migrate(db(), registry);
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what())
                      .find(sqlite() ? "the row 1 of shop_item would name a row of auth_user" : "shop_item"),
                  std::string::npos)
            << error.what();
    }
    EXPECT_EQ(value("SELECT username FROM auth_user"), "ann");
    EXPECT_FALSE(show(db(), registry)[2].applied);
}

class SqliteRebuild : public OnBoth {
  protected:
    // 0002 makes the tags' name longer, which SQLite can only do by building the table anew.
    void SetUp() override {
        OnBoth::SetUp();
        registry_ = sample_and({alter_field("tag", varchar("name", 80).unique())}, "0002_longer");
        migrate(db(), registry_, {"shop", "0001"});
    }
    Registry registry_;
};
INSTANTIATE_TEST_SUITE_P(Databases, SqliteRebuild, testing::Values(Dialect::sqlite), dialect_name);

TEST_P(SqliteRebuild, KeepsWhatOthersPutOnTheTable) {
    db().script(
        "CREATE TABLE log (name text);"
        "CREATE TRIGGER noted AFTER UPDATE ON shop_tag BEGIN INSERT INTO log VALUES (new.name); END;"
        "CREATE TRIGGER elsewhere AFTER INSERT ON auth_user BEGIN UPDATE shop_tag SET name = name || '+'; END;"
        "CREATE INDEX by_hand ON shop_tag (name DESC);"
        "CREATE VIEW tags AS SELECT name FROM shop_tag;"
        "INSERT INTO shop_tag (name) VALUES ('red'), ('blue'), ('gone'); DELETE FROM shop_tag WHERE id = 3");
    const char* others =
        "SELECT sql FROM sqlite_master WHERE name IN ('noted', 'elsewhere', 'by_hand', 'tags') "
        "ORDER BY name";
    const auto before = column(others);
    for (const Target& target : {Target{}, Target{"shop", "0001"}, Target{}}) {
        migrate(db(), registry_, target);
        EXPECT_EQ(column(others), before);
    }
    EXPECT_EQ(column("SELECT name FROM tags ORDER BY name"), (std::vector<std::string>{"blue", "red"}));
    db().script("INSERT INTO auth_user (username, email, is_active, date_joined) VALUES ('a', '', TRUE, '2026-01-01')");
    EXPECT_EQ(column("SELECT name FROM log ORDER BY name"), (std::vector<std::string>{"blue+", "red+"}));
    db().script("INSERT INTO shop_tag (name) VALUES ('new')");
    EXPECT_EQ(value("SELECT CAST(max(id) AS text) FROM shop_tag"), "4");
    EXPECT_EQ(value("SELECT \"table\" FROM pragma_foreign_key_list('shop_item_tags') WHERE \"from\" = 'tag_id'"),
              "shop_tag");
    EXPECT_THROW(db().script("INSERT INTO shop_item_tags (item_id, tag_id) VALUES (77, 1)"), ForeignKeyViolation);
}

TEST_P(SqliteRebuild, AFileThatIsNotWholeIsLeftAsItIs) {
    db().script(
        "CREATE TABLE elsewhere (n integer); INSERT INTO elsewhere VALUES (NULL); PRAGMA writable_schema = ON;"
        "UPDATE sqlite_master SET sql = 'CREATE TABLE elsewhere (n integer NOT NULL)' WHERE name = 'elsewhere';"
        "PRAGMA writable_schema = RESET");
    const std::string before = dump();
    try {
        migrate(db(), registry_);
        FAIL();
    } catch (const MigrationError& error) {
        EXPECT_NE(std::string(error.what()).find("integrity check says: NULL value in elsewhere.n"), std::string::npos)
            << error.what();
    }
    EXPECT_EQ(dump(), before);
}

TEST_P(Executor, FakeRecordsOnly) {
    Registry registry = registry_of(sample_migrations());
    migrate(db(), registry, {}, {.fake = true});
    EXPECT_EQ(dump(), "");
    EXPECT_TRUE(show(db(), registry)[1].applied);
    migrate(db(), registry, {"auth", "zero"}, {.fake = true});
    EXPECT_FALSE(show(db(), registry)[0].applied);
}

TEST_P(Executor, FakeInitialTakesTablesThatAreThere) {
    create_all(db(), state_of(sample_migrations()));
    Registry registry = registry_of(sample_migrations());
    Report report = migrate(db(), registry, {}, {.fake_initial = true});
    EXPECT_EQ(report.faked.size(), 2U);
    EXPECT_TRUE(report.applied.empty());
}

TEST_P(Executor, FakeInitialRefusesTablesThatDiffer) {
    db().script("CREATE TABLE auth_user (id integer PRIMARY KEY)");
    EXPECT_THROW(migrate(db(), registry_of(sample_migrations()), {}, {.fake_initial = true}), MigrationError);
    EXPECT_FALSE(db().in_transaction());
    db().script("DROP TABLE auth_user");
    create_all(db(), state_of(sample_migrations()));
    auto migrations = sample_migrations();
    migrations[0].operations.push_back(alter_field("user", varchar("email", 100)));
    EXPECT_THROW(migrate(db(), registry_of(migrations), {}, {.fake_initial = true}), MigrationError);
}

TEST_P(Executor, TwoMigratorsAtOnce) {
    auto migrations = sample_migrations();
    for (int i = 2; i < 12; ++i) {
        std::string number = (i < 10 ? "000" : "00") + std::to_string(i);
        migrations.push_back(
            {.app = "shop",
             .name = number,
             .dependencies = {{"shop", i == 2 ? "0001_initial" : (i - 1 < 10 ? "000" : "00") + std::to_string(i - 1)}},
             .operations = {add_field("item", integer("n" + std::to_string(i)).default_to(i))}});
    }
    Registry registry = registry_of(migrations);
    std::vector<std::size_t> applied(3);
    std::vector<std::string> errors(3);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 3; ++t)
        threads.emplace_back([&, t] {
            try {
                auto connection = database_->connect();
                applied[t] = migrate(*connection, registry).applied.size();
            } catch (const std::exception& error) {
                errors[t] = error.what();
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(errors, std::vector<std::string>(3));
    EXPECT_EQ(applied[0] + applied[1] + applied[2], 12U);
    EXPECT_EQ(value("SELECT CAST(count(*) AS text) FROM django_migrations"), "12");
}

TEST_P(Executor, BadInputIsNamed) {
    Registry registry = registry_of(sample_migrations());
    EXPECT_THROW(plan(db(), registry, {"nowhere"}), MigrationError);
    EXPECT_THROW(plan(db(), registry, {"shop", "0007"}), MigrationError);
    EXPECT_THROW(plan(db(), registry, {"", "0001"}), MigrationError);
    EXPECT_THROW(registry.add(Migration{.app = "shop", .name = "0001_initial"}), MigrationError);
    registry.add(Migration{.app = "shop", .name = "0002_a", .dependencies = {{"shop", "0001_initial"}}});
    registry.add(Migration{.app = "shop", .name = "0002_b", .dependencies = {{"shop", "0001_initial"}}});
    EXPECT_THROW(plan(db(), registry), MigrationError);
    EXPECT_THROW(plan(db(), registry, {"shop", "0002"}), MigrationError);  // ambiguous
    EXPECT_EQ(registry.conflicts().at("shop").size(), 2U);
    db().script("BEGIN");
    EXPECT_THROW(migrate(db(), registry), UsageError);
    db().script("ROLLBACK");
}

TEST_P(Executor, HistoryWithAHoleIsRefused) {
    Registry registry = registry_of(sample_migrations());
    migrate(db(), registry);
    db().script("DELETE FROM django_migrations WHERE app = 'auth'");
    EXPECT_THROW(migrate(db(), registry), MigrationError);
}

TEST_P(Executor, CirclesAndMissingDependenciesAreNamed) {
    Registry circle;
    circle.add(Migration{.app = "a", .name = "1", .dependencies = {{"b", "1"}}});
    circle.add(Migration{.app = "b", .name = "1", .dependencies = {{"a", "1"}}});
    EXPECT_THROW(circle.state(), MigrationError);
    Registry missing;
    missing.add(Migration{.app = "a", .name = "1", .dependencies = {{"c", "1"}}});
    EXPECT_THROW(missing.state(), MigrationError);
}

TEST_P(Executor, SquashedMigrationsStandForWhatTheyReplace) {
    Registry old_registry;
    old_registry.add({Migration{.app = "a", .name = "1", .operations = {create_model("T", {.fields = {id()}})}},
                      Migration{.app = "a",
                                .name = "2",
                                .dependencies = {{"a", "1"}},
                                .operations = {add_field("t", integer("n").null())}}});
    Registry registry = old_registry;
    registry.add(Migration{.app = "a",
                           .name = "1_squashed_2",
                           .replaces = {{"a", "1"}, {"a", "2"}},
                           .operations = {create_model("T", {.fields = {id(), integer("n").null()}})}});
    migrate(db(), old_registry, {"a", "1"});
    EXPECT_EQ(migrate(db(), registry).applied, (std::vector<Key>{{"a", "2"}}));  // half-way: the parts go on
    EXPECT_TRUE(migrate(db(), registry).applied.empty());
    EXPECT_EQ(value("SELECT CAST(count(*) AS text) FROM django_migrations"), "3");
    TestDatabase other(GetParam());
    EXPECT_EQ(migrate(*other.connect(), registry).applied, (std::vector<Key>{{"a", "1_squashed_2"}}));
}

TEST_P(Executor, SqlOfAMigrationRunsByHand) {
    Registry registry = registry_of(sample_migrations());
    db().script(sql_of(registry, GetParam(), "auth", "0001"));
    db().script(sql_of(registry, GetParam(), "shop", "0001_initial"));
    std::string by_hand = dump();
    db().script(sql_of(registry, GetParam(), "shop", "0001", true));
    db().script(sql_of(registry, GetParam(), "auth", "0001", true));
    EXPECT_EQ(dump(), "");
    migrate(db(), registry);
    EXPECT_EQ(dump(), by_hand);
}

}  // namespace migration_tests
