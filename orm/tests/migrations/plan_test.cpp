// migrate --plan, --sql and what is refused: by the facts, on both databases.
#include <algorithm>

#include "migrations/text_rows.hpp"
#include "operation_cases.hpp"
#include "orm/migration_plan.hpp"

namespace migration_tests {

class Plan : public OnBoth {
  protected:
    void start(const std::vector<Operation>& operations) {
        registry_ = registry_of(with_case({"", operations}));
        migrate(db(), registry_, {"shop", "0001"});
        fill_tables(db());
    }
    // A statement at a time, as psql and sqlite3 do.
    static void run_script(Connection& connection, const std::string& text) {
        for (std::size_t at = 0, end = 0; (end = text.find(";\n", at)) != std::string::npos; at = end + 2)
            connection.script(text.substr(at, end - at));
    }
    Registry registry_;
};
ON_BOTH_DATABASES(Plan);

TEST_P(Plan, TellsEverythingAboutAnOperation) {
    start({alter_field("item", bigint("stock").default_to(3)), run_sql("UPDATE shop_item SET rank = 1")});
    const auto plan = explain(db(), registry_);
    ASSERT_EQ(plan.size(), 1U);
    EXPECT_EQ(plan[0].one_transaction, sqlite());  // rows are not changed while others wait for the table
    ASSERT_EQ(plan[0].operations.size(), 2U);
    EXPECT_TRUE(plan[0].operations[0].reversible);
    EXPECT_FALSE(plan[0].operations[1].reversible);
    const auto& statements = plan[0].operations[0].statements;
    const auto rewriting = std::ranges::find_if(statements, &PlannedStatement::rewrites);
    ASSERT_NE(rewriting, statements.end());
    const std::string bytes =
        sqlite() ? value(
                       "SELECT CAST(sum(pgsize) AS text) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master "
                       "WHERE tbl_name = 'shop_item')")
                 : value("SELECT pg_total_relation_size('shop_item')::text");
    EXPECT_EQ(std::to_string(rewriting->bytes), bytes);
    EXPECT_GT(rewriting->seconds, 0);
    const std::string text = describe(plan);
    for (const char* part : {sqlite() ? "shop.0002: one transaction" : "shop.0002: operation by operation",
                             "Alter field stock on item  (can be undone)", "rewrites the table",
                             "Run SQL  (cannot be undone)", "UPDATE shop_item SET rank = 1;", "for 0."})
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    EXPECT_EQ(text.find("ACCESS EXCLUSIVE on \"shop_item\" (readers and writers wait)") == std::string::npos, sqlite());
    EXPECT_EQ(show(db(), registry_)[2].applied, false);
}

TEST_P(Plan, SaysWhatCannotBeUndoneWithRows) {
    start({remove_field("item", "body"), remove_field("item", "weight")});
    const std::string text = describe(explain(db(), registry_));
    EXPECT_NE(text.find("Remove field body from item  (can be undone, but not with rows)\n"), std::string::npos)
        << text;
    EXPECT_NE(text.find("Remove field weight from item  (can be undone)\n"), std::string::npos) << text;
    migrate(db(), registry_);
    EXPECT_THROW(migrate(db(), registry_, {"shop", "0001"}), MigrationError);
    for (const char* table : {"shop_item_tags", "shop_item_fans", "shop_item_similar", "shop_item"})
        db().script(std::string("DELETE FROM ") + table);
    EXPECT_EQ(migrate(db(), registry_, {"shop", "0001"}).unapplied.size(), 1U);
}

TEST_P(Plan, TheScriptDoesWhatMigrateDoes) {
    for (const auto& tested : cases()) {
        if (tested.name != "add_required_in_three_steps" && tested.name != "alter_not_null" &&
            tested.name != "rename_model" && tested.name != "add_unique")
            continue;
        const Registry registry = registry_of(with_case(tested));
        const TestDatabase by_script(GetParam()), by_migrate(GetParam());
        const auto script = by_script.connect(), migrated = by_migrate.connect();
        for (const auto& connection : {script.get(), migrated.get()}) {
            migrate(*connection, registry, {"shop", "0001"});
            fill_tables(*connection);
        }
        Options options{.allow_unsafe = {"alter_field"}};
        if (!sqlite()) options.large_table_bytes = 0;
        run_script(*script, script_of(explain(*script, registry, {}, options), GetParam()));
        migrate(*migrated, registry, {}, options);
        const auto dump_of = [&](std::unique_ptr<Connection> connection) {
            connection_ = std::move(connection);
            return dump();
        };
        EXPECT_EQ(dump_of(by_script.connect()), dump_of(by_migrate.connect())) << tested.name;
        EXPECT_TRUE(show(*script, registry)[2].applied) << tested.name;
        connection_ = database_->connect();
    }
}

// In an empty database; and it goes no further than a script can.
TEST_P(Plan, TheScriptMakesTheHistoryAndEndsBeforeAFunction) {
    auto migrations = with_case({"", {add_field("item", integer("size").null())}});
    migrations.push_back(
        {.app = "shop",
         .name = "0003",
         .dependencies = {{"shop", "0002"}},
         .operations = {run(no_data_change, no_data_change), add_field("tag", integer("size").null())}});
    migrations.push_back(
        {.app = "shop",
         .name = "0004",
         .dependencies = {{"shop", "0003"}},
         .operations = {run([](Data&) {}, no_data_change, "Count them"), remove_field("tag", "size")}});
    migrations.push_back({.app = "shop",
                          .name = "0005",
                          .dependencies = {{"shop", "0004"}},
                          .operations = {remove_field("item", "size")}});
    registry_ = registry_of(migrations);
    const auto plan = explain(db(), registry_);
    EXPECT_EQ(plan.at(3).function, "");  // 0003's does nothing
    EXPECT_EQ(plan.at(4).function, "Count them");
    run_script(db(), script_of(plan, GetParam()));
    std::vector<bool> applied;
    for (const HistoryRow& row : show(db(), registry_)) applied.push_back(row.applied);
    EXPECT_EQ(applied, (std::vector<bool>{true, true, true, true, false, false}));
    EXPECT_EQ(migrate(db(), registry_).applied, (std::vector<Key>{{"shop", "0004"}, {"shop", "0005"}}));
}

TEST_P(Plan, LargeTablesKeepTheirSizeUnderANewName) {
    if (sqlite()) return;  // there is one form only
    start({rename_model("Item", "Product"), add_index("product", index("i1", {"views"}))});
    const auto plan = explain(db(), registry_, {}, {.large_table_bytes = 1});
    EXPECT_FALSE(plan[0].one_transaction);
    EXPECT_EQ(plan[0].operations[1].statements[0].where, PlannedStatement::Where::outside);
    std::string log;
    Options options{.large_table_bytes = 1};
    options.progress = [&](const Progress& progress) {
        if (progress.event == Progress::Event::statement) log += progress.text + "\n";
    };
    migrate(db(), registry_, {}, options);
    EXPECT_NE(log.find("CREATE INDEX CONCURRENTLY \"i1\""), std::string::npos) << log;
}

TEST_P(Plan, SaysWhatIsRefusedAndByWhichWordItIsAllowed) {
    start({alter_field("item", bigint("stock").default_to(3)), remove_field("item", "weight")});
    Options options{.protect_data = true, .large_table_bytes = 1};
    std::string text = describe(explain(db(), registry_, {}, options));
    EXPECT_EQ(text.find("--allow-unsafe alter_field") == std::string::npos, sqlite()) << text;
    EXPECT_NE(text.find("--allow-data-loss remove_field"), std::string::npos) << text;
    EXPECT_THROW(migrate(db(), registry_, {}, options), MigrationError);
    options.allow_unsafe = {"alter_field", "remove_field"};  // the other word does not do
    EXPECT_THROW(migrate(db(), registry_, {}, options), MigrationError);
    options.allow_data_loss = {"remove_field"};
    EXPECT_EQ(describe(explain(db(), registry_, {}, options)).find("REFUSED"), std::string::npos);
    EXPECT_EQ(migrate(db(), registry_, {}, options).applied.size(), 1U);
}

// Somebody reads the large table for long: the migrator lets go after lock_timeout and tries again, until it is free.
TEST_P(Plan, ALockThatIsNotFreeIsTriedAgain) {
    if (sqlite()) return;
    start({add_field("item", integer("size").null()), add_index("item", index("i1", {"views"}))});
    const auto reader = database_->connect();
    reader->script("BEGIN; SELECT count(*) FROM shop_item");
    int tries = 0;
    Options options{.large_table_bytes = 1, .lock_timeout = std::chrono::milliseconds(20)};
    options.progress = [&](const Progress& progress) {
        if (progress.event == Progress::Event::waiting && ++tries == 3) reader->script("COMMIT");
    };
    EXPECT_EQ(migrate(db(), registry_, {}, options).applied.size(), 1U);
    EXPECT_EQ(tries, 3);
}

// An event trigger makes each ALTER TABLE slow after it has its lock, as a catalogue under load would.
TEST_P(Plan, WhatKeepsALargeTablesUsersOutForTooLongIsUndone) {
    if (sqlite()) return;
    start({add_field("item", integer("size").null())});
    db().script(
        "CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); END';"
        "CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION slow()");
    Options options{.large_table_bytes = 1,
                    .lock_timeout = std::chrono::milliseconds(20),
                    .blocking_timeout = std::chrono::milliseconds(50)};
    try {
        migrate(db(), registry_, {}, options);
        FAIL();
    } catch (const MigrationError& error) {
        EXPECT_NE(std::string(error.what()).find("Add field size to item"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("50 ms (--blocking-timeout)"), std::string::npos) << error.what();
    }
    db().script("DROP EVENT TRIGGER slow; SELECT * FROM shop_item");  // nothing is locked any more
    EXPECT_EQ(migrate(db(), registry_, {}, options).applied.size(), 1U);
}

// A table that Django named, then renamed here: each constraint is dropped by the name that it has.
TEST_P(Plan, ConstraintsHaveTheirNamesInTheDatabase) {
    if (sqlite()) return;  // a table built anew
    start({rename_model("Tag", "Label"), rename_field("label", "name", "word"),
           alter_field("label", varchar("word", 60)), rename_field("item", "owner", "seller"),
           remove_many_to_many("item", "tags"), delete_model("label")});
    db().script("ALTER TABLE shop_tag RENAME CONSTRAINT shop_tag_name_key TO shop_tag_name_0a1b2c3d_uniq");
    const std::string text = describe(explain(db(), registry_));
    EXPECT_NE(text.find("ALTER TABLE \"shop_label\" DROP CONSTRAINT \"shop_tag_name_0a1b2c3d_uniq\""),
              std::string::npos)
        << text;
    EXPECT_EQ(migrate(db(), registry_).applied.size(), 1U);
}

TEST_P(Plan, AStatementThatTakesTooLongIsStopped) {
    if (sqlite()) return;
    start({run_sql("SELECT pg_sleep(60)", noop)});
    try {
        migrate(db(), registry_, {}, {.statement_timeout = std::chrono::milliseconds(50)});
        FAIL();
    } catch (const MigrationError& error) {
        EXPECT_NE(std::string(error.what()).find("statement timeout"), std::string::npos) << error.what();
    }
    EXPECT_EQ(value("SHOW statement_timeout"), "0");
}

}  // namespace migration_tests
