// Drift between models and database.
#include "orm/migration_check.hpp"
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
    std::vector<std::string> texts;
    for (auto& difference : check_database(db(), models)) {
        texts.push_back(difference.text);
        if (!difference.remedy.empty()) db().script(difference.remedy);
    }
    std::string all;
    for (auto& text : texts) all += text + "\n";
    EXPECT_EQ(texts.size(), 6U) << all;
    for (const char* part :
         {"the column shop_item.extra is unknown", "by_hand", "the table shop_item_fans is missing",
          "shop_tag.colour is missing", "shop_tag.name is varchar(50) NOT NULL, the model says varchar(80) NOT NULL",
          "of shop_item is missing"})
        EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
    // The remedies mended what one statement can.
    for (auto& difference : check_database(db(), models))
        EXPECT_TRUE(difference.table == "shop_item_fans" || (sqlite() && difference.kind == Difference::Kind::differs))
            << difference.text;
}

TEST_P(Check, InspectWritesStructs) {
    create_all(db(), state_of(sample_migrations()));
    std::string text = inspect_database(db(), {"shop_tag", "shop_item"});
    for (const char* part :
         {"struct Tag {", "orm::Id<Item> id;", "orm::Char<200> title;", "orm::ForeignKey<User> owner;",
          "std::optional<orm::ForeignKey<Item>> parent;", "orm::model<\"shop\", \"item\">"})
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    EXPECT_EQ(text.find("User {"), std::string::npos);
}

}  // namespace migration_tests
