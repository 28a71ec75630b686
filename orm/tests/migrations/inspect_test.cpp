// inspectdb: what it prints compiles (golden/inspected.inc is what it printed) and says what the tables are.
#include <fstream>

#include "golden/inspected.inc"
#include "orm/migration_check.hpp"
#include "support.hpp"

namespace migration_tests {

class Inspect : public OnBoth {};
INSTANTIATE_TEST_SUITE_P(Databases, Inspect, testing::Values(Dialect::postgres), dialect_name);

TEST_P(Inspect, WhatItPrintsIsGoldenAndDescribesTheTables) {
    create_all(db(), state_of(sample_migrations()));
    std::ifstream file(GOLDEN_FOLDER "/inspected.inc");
    const std::string golden((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    EXPECT_EQ(inspect_database(db()), golden);

    schema::State models =
        schema::state_of<auth::User, shop::Item, shop::ItemFans, shop::ItemSimilar, shop::ItemTags, shop::Tag>();
    std::string differences;
    for (const Difference& difference : check_database(db(), models)) differences += difference.text + "\n";
    // What stands beside the structs as a comment, and no more.
    EXPECT_EQ(
        differences,
        "the column shop_item.public_ is missing\n"
        "the column shop_item.public is unknown to the models\n"
        "the index shop_item_data_gin gin (data) of shop_item is unknown to the models\n"
        "the index shop_item_lower_idx UNIQUE btree (lower((title)::text)) of shop_item is unknown to the models\n"
        "the index shop_item_public_idx btree (day) WHERE public of shop_item is unknown to the models\n"
        "the index shop_item_rank_idx btree (rank, stock DESC) of shop_item is unknown to the models\n"
        "the check ((stock >= 0)) of shop_item is unknown to the models\n");
}

}  // namespace migration_tests
