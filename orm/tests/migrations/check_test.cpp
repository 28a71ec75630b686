// Drift between models and database, and databases that others made.
#include "orm/migration_adopt.hpp"
#include "support.hpp"

namespace migration_tests {

class Check : public OnBoth {};
ON_BOTH_DATABASES(Check);

TEST_P(Check, ABuiltDatabaseHasNoDifference) {
    migrate(db(), registry_of(sample_migrations()));
    for (auto& difference : check_database(db(), state_of(sample_migrations()))) ADD_FAILURE() << difference.text;
    EXPECT_FALSE(db().in_transaction());
}

TEST_P(Check, EachDifferenceIsNamed) {
    schema::State models = state_of(sample_migrations());
    create_all(db(), models);
    db().script("DROP INDEX shop_item_rank_idx");
    db().script("ALTER TABLE shop_item ADD COLUMN extra integer");
    db().script("CREATE INDEX by_hand ON shop_item (views)");
    db().script("DROP TABLE shop_item_fans");
    apply(add_field("tag", varchar("colour", 20).null()), "shop", models);
    apply(alter_field("tag", varchar("name", 80).unique()), "shop", models);
    std::string all;
    const auto differences = check_database(db(), models);
    for (auto& difference : differences) all += difference.text + "\n";
    EXPECT_EQ(differences.size(), 6U) << all;
    for (const char* part :
         {"the column shop_item.extra is unknown", "by_hand", "the table shop_item_fans is missing",
          "shop_tag.colour is missing", "shop_tag.name is varchar(50) NOT NULL, the model says varchar(80) NOT NULL",
          "of shop_item is missing"})
        EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

// With rows in the tables: what is printed is run, one remedy after the other, until nothing differs.
TEST_P(Check, TheRemediesMendEachDifference) {
    schema::State models = state_of(sample_migrations());
    create_all(db(), models);
    db().script(
        "INSERT INTO auth_user (id, username, email, is_active, date_joined) VALUES (1, 'u', '', TRUE, "
        "'2026-01-01')");
    db().script(
        "INSERT INTO shop_item (id, title, body, rank, stock, views, price, labels, owner_id, public) VALUES (5, 't', "
        "'b', 1, 4, 6, 1.5, " +
        std::string(sqlite() ? "'[]'" : "'{}'") + ", 1, TRUE)");
    db().script("INSERT INTO shop_tag (id, name) VALUES (3, 'a'), (4, 'b')");
    db().script("DROP INDEX shop_item_rank_idx");
    db().script("CREATE INDEX by_hand ON shop_item (views)");
    db().script("ALTER TABLE shop_item ADD COLUMN extra integer");
    db().script("DROP TABLE shop_item_fans");
    db().script("DROP TABLE shop_item_similar");
    const auto shop = [&](const Operation& operation) { apply(operation, "shop", models); };
    shop(add_field("tag", varchar("colour", 20).null()));
    shop(add_field("tag", integer("size").default_to(7)));
    shop(add_field("tag", foreign_key("by", "auth.user").null()));
    shop(alter_field("tag", varchar("name", 80)));  // longer, and not unique any more
    shop(alter_field("item", bigint("views").null().unique()));
    shop(alter_field("item", double_("weight").default_sql("0.5")));
    shop(alter_field("item", foreign_key("parent", "shop.tag").null()));
    shop(remove_constraint("item", "shop_item_stock"));
    shop(add_constraint("item", check("shop_item_more", "\"stock\" > 0")));
    shop(add_constraint("tag", unique("tag_size_name", {"size", "name"})));
    std::string log;
    for (int round = 0; round < 40; ++round) {
        const auto differences = check_database(db(), models);
        if (differences.empty()) break;
        ASSERT_FALSE(differences.front().remedy.empty()) << differences.front().text;
        log += differences.front().text + "\n" + differences.front().remedy + "\n\n";
        ASSERT_NO_THROW(db().script(differences.front().remedy)) << log;
    }
    for (auto& difference : check_database(db(), models)) ADD_FAILURE() << difference.text << "\n" << log;
    EXPECT_EQ(column("SELECT name FROM shop_tag ORDER BY id"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(value("SELECT CAST(size AS text) FROM shop_tag WHERE id = 3"), "7");
    EXPECT_EQ(value("SELECT CAST(weight AS text) FROM shop_item"), "0.5");
    if (!sqlite()) return;
    db().script("INSERT INTO shop_tag (name, size) VALUES ('c', 1)");  // a table built anew goes on counting
    EXPECT_EQ(value("SELECT CAST(max(id) AS text) FROM shop_tag"), "5");
}

TEST_P(Check, AppliedStateLeavesOutWhatMigrateWillDo) {
    auto migrations = sample_migrations();
    migrate(db(), registry_of(migrations));
    const Registry registry = sample_and({add_field("item", integer("size").null())}, "0002_size");
    EXPECT_EQ(check_database(db(), registry.state()).size(), 1U);
    EXPECT_TRUE(check_database(db(), applied_state(db(), registry)).empty());
}

TEST_P(Check, InspectWritesStructs) {
    create_all(db(), state_of(sample_migrations()));
    std::string text = inspect_database(db(), {"shop_tag", "shop_item"});
    for (const char* part :
         {"struct Tag {", "orm::Id<Item> id;", "orm::Char<200> title;", "orm::ForeignKey<auth::User> owner;",
          "std::optional<orm::ForeignKey<shop::Item>> parent;", "orm::model<\"shop\", \"item\">("})
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    EXPECT_EQ(text.find("User {"), std::string::npos);
}

std::string names_of(const std::vector<Key>& keys) {
    std::string names;
    for (const Key& key : keys) names += key.app + "." + key.name + " ";
    return names;
}

/// The sample, then an index, then a column.
std::vector<Migration> growing_shop() {
    std::vector<Migration> all = sample_migrations();
    Migration index_it{.app = "shop", .name = "0002_index", .dependencies = {{"shop", "0001_initial"}}};
    index_it.operations = {add_index("tag", index("shop_tag_name_idx", {"-name"}))};
    Migration colour{.app = "shop", .name = "0003_colour", .dependencies = {{"shop", "0002_index"}}};
    colour.operations = {add_field("tag", varchar("colour", 20).null())};
    all.push_back(index_it);
    all.push_back(colour);
    return all;
}

TEST_P(Check, AdoptsUpToWhereTheTablesStand) {
    const std::vector<Migration> all = growing_shop();
    for (const std::size_t built : {2U, 3U, 4U}) {
        TestDatabase other(GetParam());
        const auto connection = other.connect();
        create_all(*connection, state_of({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(built)}));
        const Adoption adoption = adopt_database(*connection, registry_of(all));
        EXPECT_EQ(adoption.recorded.size(), built) << names_of(adoption.recorded);
        EXPECT_EQ(adoption.pending.size(), all.size() - built) << names_of(adoption.pending);
        EXPECT_TRUE(adoption.differences.empty()) << adoption.differences.front().text;
        migrate(*connection, registry_of(all));
        for (auto& difference : check_database(*connection, state_of(all))) ADD_FAILURE() << difference.text;
        EXPECT_TRUE(adopt_database(*connection, registry_of(all)).recorded.empty());
    }
}

TEST_P(Check, AnEmptyDatabaseIsLeftToMigrate) {
    const Adoption adoption = adopt_database(db(), registry_of(growing_shop()));
    EXPECT_EQ(adoption.recorded.size(), 0U);
    EXPECT_EQ(names_of(adoption.pending), "auth.0001_initial shop.0001_initial shop.0002_index shop.0003_colour ");
    EXPECT_EQ(column(sqlite() ? "SELECT name FROM sqlite_master WHERE name = 'django_migrations'"
                              : "SELECT to_regclass('django_migrations')::text WHERE to_regclass('django_migrations') "
                                "IS NOT NULL"),
              std::vector<std::string>{});
}

TEST_P(Check, AdoptionNamesEachColumnThatDoesNotFit) {
    const std::vector<Migration> all = growing_shop();
    create_all(db(), state_of(all));
    db().script("ALTER TABLE shop_tag RENAME COLUMN name TO label");
    db().script("ALTER TABLE shop_item RENAME COLUMN stock TO pieces");
    try {
        adopt_database(db(), registry_of(all));
        FAIL();
    } catch (const MigrationError& error) {
        const std::string text = error.what();
        for (const char* part : {"shop_tag.name is missing", "shop_tag.label is required there",
                                 "shop_item.stock is missing", "shop_item.pieces is required there"})
            EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
    EXPECT_FALSE(db().in_transaction());
}

TEST_P(Check, AHistoryThatTheTablesBelieIsRefused) {
    const std::vector<Migration> all = growing_shop();
    create_all(db(), state_of({all.begin(), all.begin() + 2}));
    Options fake;
    fake.fake = true;
    migrate(db(), registry_of(all), {}, fake);
    try {
        adopt_database(db(), registry_of(all));
        FAIL();
    } catch (const MigrationError& error) {
        EXPECT_NE(std::string(error.what()).find("shop.0002_index is applied"), std::string::npos) << error.what();
    }
}

}  // namespace migration_tests
