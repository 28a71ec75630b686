// run_each: rows batch by batch, and on a large PostgreSQL table resumed behind the last batch.
#include "migrations/text_rows.hpp"
#include "orm/migration_data.hpp"
#include "support.hpp"

namespace migration_tests {

namespace {

std::vector<Migration> with_numbers(std::vector<std::string>* visited = nullptr) {
    auto migrations = sample_migrations();
    migrations.push_back({.app = "shop",
                          .name = "0002_shout",
                          .dependencies = {{"shop", "0001_initial"}},
                          .operations = {run_each(
                              "shop.tag", {"name"},
                              [visited](Row& row) {
                                  if (visited) visited->push_back(row.text("name"));
                                  row.set("name", row.text("name") + "!");
                              },
                              [](Row& row) {
                                  std::string name = row.text("name");
                                  name.pop_back();
                                  row.set("name", name);
                              })}});
    return migrations;
}

struct Stop {};

}  // namespace

class Batches : public OnBoth {
  protected:
    void fill_tags(int count) {
        for (int i = 0; i < count; ++i)
            db().script("INSERT INTO shop_tag (name) VALUES ('t" + std::to_string(i) + "')");
    }
    std::string names() {
        std::string result;
        for (const std::string& name : column("SELECT name FROM shop_tag ORDER BY id")) result += name + " ";
        return result;
    }
};
ON_BOTH_DATABASES(Batches);

TEST_P(Batches, EveryRowOnceForwardAndBack) {
    const Registry registry = registry_of(with_numbers());
    migrate(db(), registry, {"shop", "0001"});
    fill_tags(5);
    for (const std::uint64_t large : {std::uint64_t{0}, std::uint64_t{1} << 40}) {
        std::vector<std::uint64_t> rows;
        Options options{.large_table_bytes = large, .batch = 2};
        options.progress = [&](const Progress& progress) {
            if (progress.event != Progress::Event::batch) return;
            rows.push_back(progress.rows);
            EXPECT_EQ(progress.rows_total, 5U);
        };
        migrate(db(), registry, {}, options);
        EXPECT_EQ(names(), "t0! t1! t2! t3! t4! ");
        EXPECT_EQ(rows, (std::vector<std::uint64_t>{2, 4, 5}));
        migrate(db(), registry, {"shop", "0001"}, options);
        EXPECT_EQ(names(), "t0 t1 t2 t3 t4 ");
    }
}

// Interrupted after the second batch. PostgreSQL goes on with the third; SQLite, where a migration is one transaction,
// begins anew. Either way each row is changed once.
TEST_P(Batches, InterruptedTheyGoOnBehindTheLastOne) {
    std::vector<std::string> visited;
    const Registry registry = registry_of(with_numbers(&visited));
    migrate(db(), registry, {"shop", "0001"});
    fill_tags(6);
    Options options{.large_table_bytes = 0, .batch = 2};
    options.progress = [](const Progress& progress) {
        if (progress.event == Progress::Event::batch && progress.rows == 4) throw Stop{};
    };
    EXPECT_THROW(migrate(db(), registry, {}, options), Stop);
    EXPECT_EQ(names(), sqlite() ? "t0 t1 t2 t3 t4 t5 " : "t0! t1! t2! t3! t4 t5 ");
    visited.clear();
    options.progress = nullptr;
    migrate(db(), registry, {}, options);
    EXPECT_EQ(names(), "t0! t1! t2! t3! t4! t5! ");
    EXPECT_EQ(visited.size(), sqlite() ? 6U : 2U);
}

// Between two batches others write; a batch sees what they wrote and does not undo it.
TEST_P(Batches, OthersMayWriteInBetween) {
    if (sqlite()) return;  // there nobody else writes during a migration
    const Registry registry = registry_of(with_numbers());
    migrate(db(), registry, {"shop", "0001"});
    fill_tags(4);
    const auto other = database_->connect();
    Options options{.large_table_bytes = 0, .batch = 2};
    options.progress = [&](const Progress& progress) {
        if (progress.event == Progress::Event::batch && progress.rows == 2)
            other->script("SET lock_timeout = 0; UPDATE shop_tag SET name = 'other' || id");
    };
    migrate(db(), registry, {}, options);
    EXPECT_EQ(names(), "other1 other2 other3! other4! ");
}

}  // namespace migration_tests
