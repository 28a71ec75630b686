// Steps on rows may work for long: on PostgreSQL nobody waits meanwhile for a lock of the same migration's other
// operations, on small tables neither.
#include <atomic>
#include <functional>
#include <set>
#include <thread>

#include "migrations/text_rows.hpp"
#include "operation_cases.hpp"
#include "orm/migration_data.hpp"
#include "orm/migration_plan.hpp"

namespace migration_tests {

namespace {

const char* const waits = "SELECT pg_advisory_xact_lock(77)";

}  // namespace

class Apart : public OnBoth {
  protected:
    void start(const Registry& registry) {
        migrate(db(), registry, {"shop", "0001"});
        fill_tables(db());
    }
    // Migrates in a session of its own. When its step on rows waits for what a third session holds, `work` is done by a
    // program that waits for no lock longer than three seconds.
    void while_rows_are_changed(const Registry& registry, const Target& target,
                                const std::function<void(Connection& program)>& work) {
        const auto holder = database_->connect(), program = database_->connect();
        program->script("SET lock_timeout = 3000");
        holder->script("SELECT pg_advisory_lock(77)");
        std::atomic<bool> ended = false;
        std::size_t done = 0;
        std::jthread migrator([&] {
            try {
                const auto connection = database_->connect();
                const Report report = migrate(*connection, registry, target, {.lock_timeout = {}});
                done = report.applied.size() + report.unapplied.size();
            } catch (const std::exception& error) {
                ADD_FAILURE() << error.what();
            }
            ended = true;
        });
        while (!ended && value("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND "
                               "database = (SELECT oid FROM pg_database WHERE datname = current_database())") == "0")
            std::this_thread::yield();
        EXPECT_FALSE(ended);
        EXPECT_NO_THROW(work(*program));
        holder->script("SELECT pg_advisory_unlock(77)");
        migrator.join();
        EXPECT_EQ(done, 1U);
    }
};
INSTANTIATE_TEST_SUITE_P(Databases, Apart, testing::Values(Dialect::postgres), dialect_name);

TEST_P(Apart, OthersReadAndWriteASmallTableWhileRowsAreChanged) {
    const Operation slow = run_sql(std::string(waits) + "; UPDATE auth_user SET email = 'new'", waits);
    const std::vector<std::vector<Operation>> cases{
        {add_field("tag", integer("size").null()), slow},
        {alter_field("tag", text("name").unique()), slow},
        {add_index("tag", index("i1", {"-name"})), slow},
        {create_model("Note", {.fields = {id(), foreign_key("tag", "shop.tag")}}), slow},
        {add_field("tag", integer("size").null()), fill("tag", "size", "7"), alter_field("tag", integer("size")), slow},
        {slow, add_field("tag", integer("size").null())},
    };
    start(sample_and({}));
    int number = 0;
    for (const auto& operations : cases) {
        SCOPED_TRACE(number);
        const Registry registry = sample_and(operations);
        const bool required = operations.size() == 4;
        const auto program = [&](Connection& connection) {
            const std::string n = std::to_string(++number);
            connection.script("SELECT * FROM shop_tag; UPDATE shop_tag SET name = name || '+'");
            connection.script("INSERT INTO shop_tag (name" + std::string(required ? ", size" : "") + ") VALUES ('n" +
                              n + (required ? "', 1)" : "')"));
        };
        while_rows_are_changed(registry, {}, program);
        EXPECT_EQ(value("SELECT min(email) FROM auth_user"), "new");
        while_rows_are_changed(registry, {"shop", "0001"}, program);
    }
}

// The function's own transaction is open while another session reads and writes.
TEST_P(Apart, OthersReadAndWriteWhileAFunctionWorks) {
    const auto program = database_->connect();
    int calls = 0;
    const auto change = [&](Data& data) {
        ++calls;
        data.execute("UPDATE auth_user SET email = email || '!'");
        program->script("SET lock_timeout = 3000; SELECT * FROM shop_tag");
        program->script("INSERT INTO shop_tag (name) VALUES ('call" + std::to_string(calls) + "')");
    };
    const Registry registry = sample_and({add_index("tag", index("i1", {"-name"})), run(change, change),
                                          add_index("tag", index("i2", {"name", "id"})), run(change, change)});
    start(registry);
    EXPECT_EQ(migrate(db(), registry).applied.size(), 1U);
    EXPECT_EQ(migrate(db(), registry, {"shop", "0001"}).unapplied.size(), 1U);
    EXPECT_EQ(calls, 4);
    EXPECT_EQ(value("SELECT count(*)::text FROM shop_tag WHERE name LIKE 'call%'"), "4");
}

TEST_P(Apart, TheStepThatFailsIsWhereTheNextMigratorGoesOn) {
    bool broken = true;
    const auto change = [&](Data& data) {
        data.execute("UPDATE shop_tag SET size = 1");
        if (broken) throw MigrationError("not yet");
    };
    const Registry registry = sample_and({add_field("tag", integer("size").null()), run(change, no_data_change),
                                          add_index("tag", index("i1", {"size"}))});
    start(registry);
    EXPECT_THROW(migrate(db(), registry), MigrationError);
    EXPECT_EQ(value("SELECT count(size)::text FROM shop_tag"), "0");  // of the step that failed nothing is left
    EXPECT_FALSE(show(db(), registry)[2].applied);
    EXPECT_THROW(migrate(db(), registry, {"shop", "0001"}), MigrationError);  // would leave it half done
    broken = false;
    EXPECT_EQ(migrate(db(), registry).applied.size(), 1U);
    EXPECT_EQ(value("SELECT count(size)::text FROM shop_tag"), "3");
    EXPECT_EQ(value("SELECT to_regclass('entreprinder_migration_progress')::text"), "NULL");
}

// What was made by the migration that failed is not what --fake-initial looks for.
TEST_P(Apart, WhatWasInterruptedIsNoInitialMigrationToFake) {
    int calls = 0;
    const auto change = [&](Data&) {
        if (calls++ == 0) throw MigrationError("not yet");
    };
    auto migrations = sample_migrations();
    migrations.push_back({.app = "news",
                          .name = "0001_initial",
                          .dependencies = {{"shop", "0001_initial"}},
                          .operations = {create_model("Note", {.fields = {id(), foreign_key("tag", "shop.tag")}}),
                                         run(change, no_data_change)}});
    const Registry registry = registry_of(migrations);
    EXPECT_THROW(migrate(db(), registry), MigrationError);
    EXPECT_EQ(value("SELECT to_regclass('news_note')::text"), "news_note");
    const Report report = migrate(db(), registry, {}, {.fake_initial = true});
    EXPECT_TRUE(report.faked.empty());
    EXPECT_EQ(calls, 2);
}

// A visitor who has read waits for nobody while he writes: if the migrator had to have a stronger lock than the one
// with which it fills, the server would end the visitor's transaction for a deadlock.
TEST_P(Apart, WhoReadsAndThenWritesIsNoVictim) {
    const Registry registry = sample_and(
        {add_field("tag", integer("size").null()), fill("tag", "size", "7"), alter_field("tag", integer("size"))});
    start(registry);
    const auto visitor = database_->connect(), watcher = database_->connect();
    std::jthread writing;
    Options options{.lock_timeout = {}};
    options.progress = [&](const Progress& progress) {
        if (progress.event != Progress::Event::statement || !progress.text.starts_with("LOCK TABLE")) return;
        visitor->script("BEGIN; SELECT * FROM shop_tag");
        writing = std::jthread([&] {
            while (text_value(*watcher,
                              "SELECT count(*)::text FROM pg_locks WHERE NOT granted AND relation = "
                              "'shop_tag'::regclass") == "0")
                std::this_thread::yield();
            EXPECT_NO_THROW(visitor->script("UPDATE shop_tag SET name = name || '+' WHERE id = 1; COMMIT"));
        });
    };
    EXPECT_EQ(migrate(db(), registry, {}, options).applied.size(), 1U);
    ASSERT_TRUE(writing.joinable());
    writing.join();
    EXPECT_EQ(value("SELECT count(*)::text FROM shop_tag WHERE name LIKE '%+' AND size = 7"), "1");
}

TEST_P(Apart, ThePlanSaysHowManyTransactions) {
    const auto planned = [&](std::vector<Operation> operations, Options options = {}) {
        const std::string text = describe(explain(db(), sample_and(std::move(operations)), {}, options));
        return text.substr(text.find(": ") + 2, text.find('\n') - text.find(": ") - 2);
    };
    start(sample_and({}));
    const Operation add = add_field("tag", integer("size").null()), sql = run_sql("SELECT 1", noop),
                    note = create_model("Note", {.fields = {id(), text("body")}});
    EXPECT_EQ(planned({add, sql}), "operation by operation");
    EXPECT_EQ(planned({sql, add}), "operation by operation");
    EXPECT_EQ(planned({add, run([](Data&) {}, no_data_change)}), "operation by operation");
    EXPECT_EQ(planned({add, fill("tag", "size", "1")}), "operation by operation");
    const Operation fill_it = fill("tag", "size", "1"), require = alter_field("tag", integer("size"));
    EXPECT_EQ(planned({add, fill_it, require}), "operation by operation");
    // What builds on a step on rows must see what that did, and nothing that others wrote since.
    EXPECT_EQ(planned({add, sql, require}), "one transaction");
    EXPECT_EQ(planned({add, sql, remove_field("tag", "name")}), "one transaction");
    EXPECT_EQ(planned({add, fill_it, remove_field("tag", "name")}), "one transaction");
    EXPECT_EQ(planned({add, sql, add_constraint("tag", unique("c1", {"size"}))}), "one transaction");
    EXPECT_EQ(planned({add, sql}, {.safe = false}), "one transaction");
    EXPECT_EQ(planned({add}), "one transaction");
    EXPECT_EQ(planned({sql}), "one transaction");
    EXPECT_EQ(planned({add, run(no_data_change, no_data_change)}), "one transaction");
    EXPECT_EQ(planned({note, sql, add_field("note", integer("size").null())}), "one transaction");  // nobody uses it
    EXPECT_EQ(planned({rename_index("item", "shop_item_rank_idx", "better"), sql}), "one transaction");
    // What is said is what happens: in each transaction the server knows how it began.
    for (const auto& operations : {std::vector{add, sql}, std::vector{note, sql}}) {
        const Registry registry = sample_and(operations);
        const auto plan = explain(db(), registry);
        std::set<std::string> transactions;
        Options options;
        options.progress = [&](const Progress& progress) {
            if (progress.event == Progress::Event::ran) transactions.insert(value("SELECT txid_current()::text"));
        };
        migrate(db(), registry, {}, options);
        EXPECT_EQ(transactions.size() == 1, plan.at(0).one_transaction);
        migrate(db(), registry, {"shop", "0001"});
    }
}

}  // namespace migration_tests
