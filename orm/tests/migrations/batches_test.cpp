// run_each: rows batch by batch, and on a large PostgreSQL table resumed behind the last batch.
#include <atomic>
#include <thread>

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

// 10 comes after 9, and not after 1.
TEST_P(Batches, KeysHaveTheOrderOfNumbers) {
    std::vector<std::string> visited;
    const Registry registry = registry_of(with_numbers(&visited));
    migrate(db(), registry, {"shop", "0001"});
    fill_tags(25);
    for (const std::uint64_t large : {std::uint64_t{0}, std::uint64_t{1} << 40}) {
        visited.clear();
        migrate(db(), registry, {}, {.large_table_bytes = large, .batch = 4});
        ASSERT_EQ(visited.size(), 25U);
        for (std::size_t i = 0; i < visited.size(); ++i) EXPECT_EQ(visited[i], "t" + std::to_string(i));
        EXPECT_EQ(value("SELECT CAST(count(*) AS text) FROM shop_tag WHERE name LIKE '%!'"), "25");
        migrate(db(), registry, {"shop", "0001"}, {.large_table_bytes = large, .batch = 4});
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

// The old program inserts rows without a value until the check refuses them, also between the batches and the check.
TEST_P(Batches, AFieldBecomesRequiredWhileOthersInsert) {
    if (sqlite()) return;  // there nobody else writes during a migration
    const Operation optional = add_field("tag", integer("size").null());
    const std::vector<Operation> filled{optional, fill("tag", "size", "7"), alter_field("tag", integer("size"))};
    for (const auto& [large, operations] :
         {std::pair(true, filled), std::pair(false, filled),
          std::pair(true, std::vector<Operation>{optional, alter_field("tag", integer("size").default_to(7))})}) {
        const Registry registry = sample_and(operations, "0002_size");
        migrate(db(), registry, {"shop", "0001"});
        fill_tags(3);
        const auto other = database_->connect();
        Options options{.batch = 2};
        if (large) options.large_table_bytes = 0;
        options.progress = [&](const Progress& progress) {
            if (progress.event == Progress::Event::statement &&
                (progress.text.ends_with("NOT VALID") || progress.text.starts_with("LOCK TABLE")))
                other->script("INSERT INTO shop_tag (name) VALUES ('late')");
        };
        EXPECT_EQ(migrate(db(), registry, {}, options).applied.size(), 1U);
        EXPECT_EQ(value("SELECT count(*)::text FROM shop_tag WHERE size = 7"), "4");
        migrate(db(), registry, {"shop", "zero"});
    }
}

TEST_P(Batches, AFieldBecomesRequiredUnderInserts) {
    if (sqlite()) return;
    const Registry registry = sample_and(
        {add_field("tag", integer("size").null()), fill("tag", "size", "7"), alter_field("tag", integer("size"))},
        "0002_size");
    for (const std::uint64_t large : {std::uint64_t{0}, std::uint64_t{1} << 40}) {
        migrate(db(), registry, {"shop", "0001"});
        std::atomic<int> inserted = 0;
        std::jthread program([&] {
            const auto connection = database_->connect();
            try {
                for (;; ++inserted, inserted.notify_all())
                    connection->script("INSERT INTO shop_tag (name) VALUES ('t" + std::to_string(inserted) + "')");
            } catch (const IntegrityError&) {  // from now on it needs a value
            }
        });
        for (int seen = 0; seen < 20; seen = inserted) inserted.wait(seen);
        EXPECT_EQ(migrate(db(), registry, {}, {.large_table_bytes = large, .batch = 10}).applied.size(), 1U);
        program.join();
        EXPECT_EQ(value("SELECT count(*)::text FROM shop_tag WHERE size = 7"), std::to_string(inserted));
        migrate(db(), registry, {"shop", "zero"});
    }
}

// With few rows in a batch and many in the table: each batch begins where the last one ended.
TEST_P(Batches, FillingDoesNotLookThroughWhatIsFilled) {
    constexpr int count = 400;
    const Registry registry = sample_and({add_field("tag", integer("size").null()),
                                          fill("tag", "size", "CASE WHEN \"id\" = 7 THEN NULL ELSE \"id\" * 2 END")},
                                         "0002_size");
    migrate(db(), registry, {"shop", "0001"});
    fill_tags(count);
    // As for a table that is as large as it matters.
    if (!sqlite()) db().script("SET enable_seqscan = off; SET enable_bitmapscan = off");
    std::uint64_t batches = 0;
    Options options{.large_table_bytes = 0, .batch = 10};
    options.progress = [&](const Progress& progress) {
        if (progress.event == Progress::Event::batch) ++batches;
    };
    migrate(db(), registry, {}, options);
    EXPECT_EQ(value("SELECT CAST(count(*) AS text) FROM shop_tag WHERE size = id * 2"), std::to_string(count - 1));
    EXPECT_EQ(value("SELECT CAST(size AS text) FROM shop_tag WHERE id = 7"), "NULL");
    EXPECT_GE(batches, 40U);
    EXPECT_LE(batches, 42U);
    if (sqlite()) return;
    db().script("SELECT pg_stat_force_next_flush()");
    const auto fetched =
        std::stoi(value("SELECT idx_tup_fetch::text FROM pg_stat_user_tables WHERE relname = "
                        "'shop_tag'"));
    EXPECT_GE(fetched, count);
    EXPECT_LE(fetched, 8 * count);  // not count * count / 20
}

}  // namespace migration_tests
