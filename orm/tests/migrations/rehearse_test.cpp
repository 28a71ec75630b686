// migrate --rehearse: on a copy, forward and back; nothing of it is left, whatever happens.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "migrations/text_rows.hpp"
#include "operation_cases.hpp"
#include "orm/migration_data.hpp"
#include "orm/migration_rehearsal.hpp"

namespace migration_tests {

class Rehearse : public OnBoth {
  protected:
    void SetUp() override {
        OnBoth::SetUp();
        if (HasFatalFailure() || !sqlite()) return;
        folder_ = database_->url().substr(sizeof("sqlite:///") - 1) + "-copies";  // the copies of this test alone
        std::filesystem::create_directory(folder_);
        setenv("TMPDIR", folder_.c_str(), 1);
    }
    void TearDown() override {
        if (!folder_.empty()) {
            unsetenv("TMPDIR");
            std::filesystem::remove_all(folder_);
        }
        OnBoth::TearDown();
    }
    void start(const std::vector<Operation>& operations) {
        registry_ = registry_of(with_case({"", operations}));
        migrate(db(), registry_, {"shop", "0001"});
        fill_tables(db());
        before_ = dump();
    }
    Rehearsal rehearse(const RehearsalOptions& options = {}) {
        connection_.reset();  // the only client, so that PostgreSQL can copy the database as a template
        wait_for_its_end();
        return migrations::rehearse(url(), registry_, {}, options);
    }
    // A server's process outlives its connection by an instant.
    void wait_for_its_end() {
        if (sqlite()) return;
        const auto server = orm::connect(parse_url(std::getenv("ENTREPRINDER_TEST_POSTGRES")));
        const std::string name = database_->url().substr(database_->url().rfind('/') + 1);
        const std::string others =
            "SELECT 'x' FROM pg_stat_activity WHERE datname = $1::text AND application_name = "
            "'entreprinder' AND state = 'idle' LIMIT 1";
        while (!keeps_client_ && text_value(*server, others, {name.substr(0, name.find('?'))}))
            std::this_thread::yield();
    }
    DatabaseUrl url() const { return parse_url(database_->url()); }
    std::string failure(const RehearsalOptions& options = {}) {
        try {
            rehearse(options);
            return "no failure";
        } catch (const Error& error) {
            return error.what();
        }
    }
    // No copy is left, and the original is as it was.
    void expect_nothing_left() {
        if (!connection_) connection_ = database_->connect();
        EXPECT_EQ(dump(), before_);
        EXPECT_FALSE(show(db(), registry_)[2].applied);
        if (sqlite()) {
            EXPECT_TRUE(std::filesystem::is_empty(folder_));
        } else {
            EXPECT_EQ(
                value("SELECT count(*)::text FROM pg_database WHERE datname LIKE current_database() || '\\_copy%'"),
                "0");
        }
    }
    static const HeldLock* lock_of(const RehearsedOperation& operation, const std::string& table) {
        const HeldLock* strongest = nullptr;
        for (const HeldLock& lock : operation.locks)
            if (lock.table == table && (!strongest || lock.mode == "ACCESS EXCLUSIVE")) strongest = &lock;
        return strongest;
    }
    Registry registry_;
    std::string before_, folder_;
    bool keeps_client_ = false;
};
ON_BOTH_DATABASES(Rehearse);

TEST_P(Rehearse, ReportsTimeLocksAndRowsAndGoesBack) {
    start({add_field("item", integer("size").null()), run_sql("UPDATE shop_item SET size = 1", noop),
           add_index("item", index("i1", {"size"}))});
    const Rehearsal rehearsal = rehearse();
    EXPECT_EQ(rehearsal.copy, sqlite() ? "with SQLite's backup" : "as a template");
    ASSERT_EQ(rehearsal.steps.size(), 1U);
    const RehearsedStep& step = rehearsal.steps[0];
    ASSERT_EQ(step.operations.size(), 3U);
    EXPECT_EQ(step.operations[0].what, "Add field size to item");
    EXPECT_EQ(step.operations[0].rows, 0U);
    EXPECT_EQ(step.operations[1].rows, 2U);
    const HeldLock* held = lock_of(step.operations[0], sqlite() ? "" : "shop_item");
    ASSERT_TRUE(held);
    EXPECT_EQ(held->mode, sqlite() ? "for writing" : "ACCESS EXCLUSIVE");
    if (sqlite()) {
        EXPECT_GE(held->held, step.operations[1].time);  // until the end of the transaction
    }
    EXPECT_GE(step.time, step.operations[0].time + step.operations[1].time);
    EXPECT_TRUE(step.undone);
    EXPECT_EQ(rehearsal.not_undone, "");
    EXPECT_EQ(rehearsal.faults, std::vector<std::string>());
    const std::string text = describe(rehearsal);
    EXPECT_NE(text.find("2 rows written"), std::string::npos) << text;
    EXPECT_NE(text.find("the schema is as it was at the start"), std::string::npos) << text;
    expect_nothing_left();
}

TEST_P(Rehearse, ALockLastsUntilTheEndOfItsTransaction) {
    start({add_field("item", integer("size").null()), add_index("item", index("i1", {"size"}))});
    const Rehearsal rehearsal = rehearse();
    const RehearsedStep& step = rehearsal.steps.at(0);
    const HeldLock* held = lock_of(step.operations.at(0), sqlite() ? "" : "shop_item");
    ASSERT_TRUE(held);
    EXPECT_GE(held->held, step.operations.at(1).time);
}

TEST_P(Rehearse, WithAConnectedClientTheCopyIsDumped) {
    start({add_field("item", integer("size").null())});
    const auto client = database_->connect();
    client->script("SELECT 1");
    keeps_client_ = true;
    const Rehearsal rehearsal = rehearse();
    EXPECT_EQ(rehearsal.copy,
              sqlite() ? "with SQLite's backup" : "with pg_dump, since others are connected to the original");
    EXPECT_TRUE(rehearsal.steps.at(0).undone);
    EXPECT_EQ(rehearsal.faults, std::vector<std::string>());
    expect_nothing_left();
}

// Nobody could connect to it while its files are copied.
TEST_P(Rehearse, ALargeDatabaseIsDumped) {
    start({add_field("item", integer("size").null())});
    RehearsalOptions options;
    options.template_bytes = 1 << 20;
    const Rehearsal rehearsal = rehearse(options);
    EXPECT_EQ(rehearsal.copy.starts_with("with pg_dump, since copying its "), !sqlite()) << rehearsal.copy;
    EXPECT_TRUE(rehearsal.steps.at(0).undone);
    EXPECT_EQ(rehearsal.faults, std::vector<std::string>());
    expect_nothing_left();
}

TEST_P(Rehearse, LargeTablesAreChangedAsTheyWouldBe) {
    start({run_each(
               "shop.tag", {"name"}, [](Row& row) { row.set("name", row.text("name") + "!"); }, no_row_change),
           add_index("tag", index("i1", {"-name"}))});
    RehearsalOptions options;
    options.migrate.large_table_bytes = 0;
    options.migrate.batch = 2;
    std::string log;
    options.migrate.progress = [&](const Progress& progress) {
        if (progress.event == Progress::Event::statement) log += progress.text;
    };
    const Rehearsal rehearsal = rehearse(options);
    EXPECT_EQ(rehearsal.steps.at(0).operations.at(0).rows, 3U);
    EXPECT_EQ(log.find("CONCURRENTLY") == std::string::npos, sqlite()) << log;
    EXPECT_EQ(rehearsal.faults, std::vector<std::string>());
    expect_nothing_left();
}

TEST_P(Rehearse, AFailingMigrationSaysWhatItWouldSay) {
    start({add_field("item", integer("size").null()), run_sql("SELECT nonsense FROM nowhere", noop)});
    const std::string message = failure();
    EXPECT_NE(message.find("shop.0002: Run SQL"), std::string::npos) << message;
    EXPECT_NE(message.find("the copy was dropped"), std::string::npos) << message;
    expect_nothing_left();
}

TEST_P(Rehearse, AWayBackThatLeadsElsewhereIsNamed) {
    start({run_sql("CREATE TABLE left_over (id integer)", noop), run_sql("DROP TABLE shop_item_fans", noop)});
    const Rehearsal rehearsal = rehearse();
    EXPECT_NE(std::ranges::find(rehearsal.faults, "after shop.0002 and back: left over: table left_over"),
              rehearsal.faults.end());
    EXPECT_NE(std::ranges::find(rehearsal.faults, "after shop.0002 and back: missing: table shop_item_fans"),
              rehearsal.faults.end());
    expect_nothing_left();
}

// What was measured on the way there is worth as much.
TEST_P(Rehearse, AWayBackThatFailsOnRowsIsSaid) {
    start({remove_field("item", "body"), add_field("item", integer("size").null())});
    const Rehearsal rehearsal = rehearse();
    EXPECT_EQ(rehearsal.steps.at(0).operations.at(1).what, "Add field size to item");
    EXPECT_FALSE(rehearsal.steps.at(0).undone);
    EXPECT_NE(rehearsal.not_undone.find("shop.0002: undoing shop.0002: Remove field body from item"), std::string::npos)
        << rehearsal.not_undone;
    EXPECT_NE(describe(rehearsal).find("Not undone: shop.0002"), std::string::npos);
    expect_nothing_left();
}

TEST_P(Rehearse, WhatHasNoWayBackIsSaid) {
    start({run_sql("UPDATE shop_item SET rank = 7")});
    const Rehearsal rehearsal = rehearse();
    EXPECT_FALSE(rehearsal.steps.at(0).undone);
    EXPECT_EQ(rehearsal.not_undone, "shop.0002: Run SQL has no way back");
    expect_nothing_left();
}

// Ctrl-C in the middle of a statement that would take minutes.
TEST_P(Rehearse, InterruptedItStopsTheStatementAndDropsTheCopy) {
    start({run_sql(Sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
                       "SELECT pg_sleep(600)"),
                   noop)});
    std::stop_source stop;
    std::atomic<bool> running = false;
    std::jthread asks([&] {
        running.wait(false);
        stop.request_stop();
    });
    RehearsalOptions options;
    options.stop = stop.get_token();
    options.migrate.progress = [&](const Progress& progress) {
        if (progress.event != Progress::Event::statement) return;
        running = true;
        running.notify_all();
    };
    const std::string message = failure(options);
    running = true;  // if it never came so far
    running.notify_all();
    EXPECT_NE(message.find("interrupted; the copy was dropped"), std::string::npos) << message;
    expect_nothing_left();
}

TEST_P(Rehearse, WithoutTheRightToCreateDatabasesItSaysSo) {
    if (sqlite()) return;  // there is no such right
    start({add_field("item", integer("size").null())});
    const std::string role = value("SELECT current_database()::text") + "_role";
    db().script("CREATE ROLE " + role + " LOGIN");
    DatabaseUrl limited = url();
    const std::size_t start = limited.conninfo.find("://") + 3, at = limited.conninfo.find('@');
    limited.conninfo = at == std::string::npos
                           ? limited.conninfo.substr(0, start) + role + "@" + limited.conninfo.substr(start)
                           : limited.conninfo.substr(0, start) + role + limited.conninfo.substr(at);
    try {
        migrations::rehearse(limited, registry_);
        ADD_FAILURE() << "made a copy without the right to";
    } catch (const ConfigurationError& error) {
        EXPECT_NE(std::string(error.what()).find("no right to create databases"), std::string::npos) << error.what();
    }
    expect_nothing_left();
    db().script("DROP ROLE " + role);
}

}  // namespace migration_tests
