// A squashed migration on databases of every age, and what merging and dependencies do with graphs that are not plain.
#include "migrations/live.hpp"
#include "orm/migration_make.hpp"
#include "support.hpp"

namespace migration_tests {

namespace {

// The sample with a short life: 0002 to 0004 change the item.
std::vector<Migration> life() {
    auto migrations = sample_migrations();
    const auto next = [&](const char* name, std::vector<Operation> operations) {
        migrations.push_back({.app = "shop",
                              .name = name,
                              .dependencies = {{"shop", migrations.back().name}},
                              .operations = std::move(operations)});
    };
    next("0002_size", {add_field("item", integer("size").null()), add_index("tag", index("tag_name_i", {"-name"}))});
    next("0003_fill", {run_sql("UPDATE shop_item SET size = 7", noop)});
    next("0004_less", {remove_field("item", "views"), remove_index("tag", "tag_name_i"),
                       alter_field("item", bigint("size").default_to(1))});
    return migrations;
}

// The program after `makemigrations shop --squash 0001..0004`, with one more migration that came later.
struct Squashed {
    std::vector<Migration> migrations = life();
    Migration squashed, later;
    Squashed() {
        const Registry old = registry_of(migrations);
        squashed = squash_migrations(old, "shop", "0001", "0004", {.dry_run = true}).migration;
        Registry both = registry_of(migrations);
        both.add(squashed);
        schema::State goal = both.state();
        apply(add_field("tag", varchar("colour", 9).null()), "shop", goal);
        StatedAnswers answers;
        later = make_migrations(goal, both, {.dry_run = true}, answers).at(0).migration;
        migrations.push_back(squashed);
        migrations.push_back(later);
    }
};

}  // namespace

class Squashing : public OnBoth {
  protected:
    void SetUp() override {
        OnBoth::SetUp();
        if (HasFatalFailure()) return;
        TestDatabase other(GetParam());
        auto connection = other.connect();
        create_all(*connection, registry_of(program_.migrations).state());
        wanted_ = orm::migrations::describe(read_live(*connection));
    }
    Squashed program_;
    std::string wanted_;
};
ON_BOTH_DATABASES(Squashing);

TEST_P(Squashing, TheNextMigrationGoesOnWithTheNumber) {
    EXPECT_EQ(program_.squashed.name, "0001_initial_squashed_0004_less");
    EXPECT_EQ(program_.later.name, "0005_tag_colour");
    EXPECT_EQ(program_.later.dependencies, (std::vector<Key>{program_.squashed.key()}));
}

TEST_P(Squashing, AFreshDatabaseRunsOnlyTheSquashedOne) {
    const Report report = migrate(db(), registry_of(program_.migrations));
    EXPECT_EQ(report.applied,
              (std::vector<Key>{{"auth", "0001_initial"}, program_.squashed.key(), program_.later.key()}));
    EXPECT_EQ(dump(), wanted_);
    EXPECT_TRUE(plan(db(), registry_of(program_.migrations)).empty());
}

TEST_P(Squashing, AnOldDatabaseRecognisesIt) {
    migrate(db(), registry_of(life()));
    const Report report = migrate(db(), registry_of(program_.migrations));
    EXPECT_EQ(report.applied, (std::vector<Key>{program_.later.key()}));
    EXPECT_EQ(dump(), wanted_);
    EXPECT_EQ(value("SELECT CAST(count(*) AS text) FROM django_migrations WHERE name LIKE '%squashed%'"), "1");
    // Once recorded, the files that it replaces may go.
    Registry without;
    for (const Migration& migration : program_.migrations)
        if (migration.app != "shop" || migration.name.find("squashed") != std::string::npos ||
            migration.name == program_.later.name)
            without.add(migration);
    EXPECT_TRUE(plan(db(), without).empty());
    const Report undone = migrate(db(), without, {"shop", "zero"});
    EXPECT_EQ(undone.unapplied.size(), 2U);
}

TEST_P(Squashing, AHalfMigratedDatabaseGoesTheOldWay) {
    migrate(db(), registry_of(life()), {"shop", "0002"});
    db().script("INSERT INTO shop_tag (name) VALUES ('a')");
    const Registry now = registry_of(program_.migrations);
    const Report report = migrate(db(), now);
    EXPECT_EQ(report.applied, (std::vector<Key>{{"shop", "0003_fill"}, {"shop", "0004_less"}, program_.later.key()}));
    EXPECT_EQ(dump(), wanted_);
    EXPECT_TRUE(plan(db(), now).empty());
    migrate(db(), now);  // finds that all are there, and records the squashed one
    EXPECT_EQ(value("SELECT CAST(count(*) AS text) FROM django_migrations WHERE name LIKE '%squashed%'"), "1");
    EXPECT_EQ(value("SELECT name FROM shop_tag"), "a");
}

TEST_P(Squashing, HalfMigratedWithoutTheOldFilesIsAClearError) {
    migrate(db(), registry_of(life()), {"shop", "0002"});
    Registry without = registry_of({sample_migrations().front(), program_.squashed, program_.later});
    try {
        migrate(db(), without);
        FAIL();
    } catch (const MigrationError& error) {
        EXPECT_NE(std::string(error.what()).find("only a part of what shop.0001_initial_squashed_0004_less replaces"),
                  std::string::npos)
            << error.what();
    }
}

TEST(Graphs, ACircleIsNamed) {
    Registry registry;
    registry.add({.app = "a", .name = "0001_x", .dependencies = {{"b", "0001_y"}}});
    registry.add({.app = "b", .name = "0001_y", .dependencies = {{"a", "0001_x"}}});
    try {
        registry.state();
        FAIL();
    } catch (const MigrationError& error) {
        EXPECT_NE(std::string(error.what()).find("in a circle: a.0001_x, b.0001_y"), std::string::npos) << error.what();
    }
}

TEST(Graphs, TwoEndsSayWhatToDo) {
    auto migrations = life();
    migrations.push_back({.app = "shop", .name = "0004_other", .dependencies = {{"shop", "0003_fill"}}});
    StatedAnswers answers;
    try {
        make_migrations({}, registry_of(migrations), {.dry_run = true}, answers);
        FAIL();
    } catch (const MigrationError& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("0004_less, 0004_other; `makemigrations --merge` joins them"), std::string::npos) << text;
    }
}

TEST(Answers, AMisspeltOneIsRefused) {
    const schema::State state = state_of(sample_migrations());
    schema::State goal = state;
    apply(rename_model("Item", "Product"), "shop", goal);
    const auto refused = [&](std::vector<std::string> renames, std::map<std::string, std::string> fills = {}) {
        try {
            StatedAnswers(renames, fills).require_known(state, goal);
            return false;
        } catch (const MigrationError&) {
            return true;
        }
    };
    EXPECT_FALSE(refused({"shop.item=product", "shop.item.views=seen", "shop.product.stock=amount", "shop.item.tags="},
                         {{"shop.product.rank", "0"}}));
    EXPECT_TRUE(refused({"shop.itme=product"}));
    EXPECT_TRUE(refused({"shop.item.veiws=seen"}));
    EXPECT_TRUE(refused({"shop.product.stock=amount"}));  // without the model's own rename
    EXPECT_TRUE(refused({}, {{"shop.item.rank", "0"}}));  // now called product
    EXPECT_TRUE(refused({}, {{"nowhere", "0"}}));
    for (const char* name : {"../x", "a b", "", "_x", "x__y", "x\"y", "x;rm"})
        EXPECT_THROW(require_migration_name(name), MigrationError) << name;
    EXPECT_THROW(require_migration_name(std::string(121, 'x')), MigrationError);
}

}  // namespace migration_tests
