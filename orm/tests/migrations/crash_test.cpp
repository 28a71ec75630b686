// A migrator that is killed before any of its statements: the next one completes, and the schema is what it should be.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "migrations/live.hpp"
#include "migrations/text_rows.hpp"
#include "orm/migration_data.hpp"
#include "support.hpp"

namespace migration_tests {

namespace {

// Runs migrate() in a child that dies before statement `fatal`. Returns whether it died; false: it came to its end.
bool killed_at(const TestDatabase& database, const Registry& registry, const Target& target, Options options,
               int fatal) {
    pid_t child = fork();
    if (child == 0) {
        int seen = 0;
        options.progress = [&](const Progress& progress) {
            bool counts = progress.event == Progress::Event::statement || progress.event == Progress::Event::batch ||
                          progress.event == Progress::Event::ran || progress.event == Progress::Event::done;
            if (counts && ++seen == fatal) _exit(42);
        };
        try {
            auto connection = database.connect();
            migrate(*connection, registry, target, options);
        } catch (...) {
            _exit(1);
        }
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == 42 || WEXITSTATUS(status) == 0)) << status;
    return WIFEXITED(status) && WEXITSTATUS(status) == 42;
}

std::vector<Migration> plan_of_all_kinds() {
    auto migrations = sample_migrations();
    migrations.push_back(
        {.app = "shop",
         .name = "0002_much",
         .dependencies = {{"shop", "0001_initial"}},
         .operations = {
             add_field("tag", integer("size").null()), fill("tag", "size", "\"id\" * 2"),
             alter_field("tag", integer("size").unique()), add_field("tag", foreign_key("by", "auth.user").null()),
             add_index("tag", index("i1", {"-size"})), add_constraint("tag", check("c1", "\"size\" >= 0")),
             add_constraint("tag", unique("u1", {"name", "size"})), rename_field("tag", "size", "length"),
             run(
                 [](Data& data) {
                     data.each("shop.tag", {"name"}, [](Row& row) { row.set("name", row.text("name") + "!"); });
                 },
                 [](Data& data) {
                     data.each("shop.tag", {"name"}, [](Row& row) {
                         std::string name = row.text("name");
                         name.pop_back();
                         row.set("name", name);
                     });
                 }),
             run_each(
                 "shop.tag", {"name"}, [](Row& row) { row.set("name", row.text("name") + "?"); },
                 [](Row& row) { row.set("name", row.text("name").substr(0, row.text("name").size() - 1)); }),
             remove_index("tag", "i1")}});
    return migrations;
}

/// The sample, and an index on its tags as "0002".
Registry sample_and_index() {
    return sample_and({add_index("tag", index("i1", {"-name"}))});
}

}  // namespace

class Crash : public testing::TestWithParam<int> {
  protected:
    void SetUp() override {
        if (GetParam() != 0 && !std::getenv("ENTREPRINDER_TEST_POSTGRES"))
            FAIL() << "ENTREPRINDER_TEST_POSTGRES is not set";
    }
};

TEST_P(Crash, KilledBeforeAnyStatementTheNextCompletes) {
    Dialect dialect = GetParam() == 0 ? Dialect::sqlite : Dialect::postgres;
    Options options{.batch = 2};
    if (GetParam() == 2) options.large_table_bytes = 0;
    Registry base = registry_of(sample_migrations()), registry = registry_of(plan_of_all_kinds());
    const std::string names = dialect == Dialect::sqlite
                                  ? "SELECT group_concat(name || length, ',') FROM (SELECT * FROM shop_tag ORDER BY id)"
                                  : "SELECT string_agg(name || length, ',' ORDER BY id) FROM shop_tag";
    TestDatabase database(dialect), fresh(dialect);
    std::string expected;
    {
        auto connection = fresh.connect();
        create_all(*connection, registry.state());
        expected = describe(read_live(*connection));
        auto db = database.connect();
        migrate(*db, base);
        db->script("INSERT INTO shop_tag (name) VALUES ('a'), ('b'), ('c')");
    }
    int kills = 0;
    for (int fatal = 1;; ++fatal) {
        bool died = killed_at(database, registry, {}, options, fatal);
        auto db = database.connect();
        migrate(*db, registry, {}, options);
        ASSERT_EQ(describe(read_live(*db)), expected) << "killed at " << fatal;
        ASSERT_EQ(text_value(*db, names), "a!?2,b!?4,c!?6") << "killed at " << fatal;
        ASSERT_FALSE(text_value(*db, dialect == Dialect::sqlite
                                         ? "SELECT name FROM sqlite_master WHERE name LIKE 'new\\_\\_%' ESCAPE '\\'"
                                         : "SELECT to_regclass('entreprinder_migration_progress')::text"));
        db.reset();
        // The way back is killed at the same place, and finished by whoever migrates next, here to the front again.
        killed_at(database, registry, {"shop", "0001"}, options, fatal);
        db = database.connect();
        migrate(*db, registry, {"shop", "0001"}, options);
        ASSERT_EQ(text_value(*db, "SELECT CAST(count(*) AS text) FROM django_migrations"), "2")
            << "killed at " << fatal;
        ASSERT_EQ(text_value(*db, "SELECT max(name) FROM shop_tag"), "c") << "killed at " << fatal;
        if (!died) break;
        ++kills;
    }
    EXPECT_GT(kills, GetParam() == 2 ? 20 : 8);
}

INSTANTIATE_TEST_SUITE_P(Databases, Crash, testing::Values(0, 1, 2), [](const auto& info) {
    return std::string(info.param == 0 ? "sqlite" : info.param == 1 ? "postgres" : "postgres_online");
});

// A field of a large table becomes required, the migrator is killed at each of its statements, twice in a row, and the
// program that does not know the field goes on inserting after each death.
TEST(CrashOnPostgres, AFieldBecomesRequiredBetweenDeathsAndInserts) {
    if (!std::getenv("ENTREPRINDER_TEST_POSTGRES")) FAIL() << "ENTREPRINDER_TEST_POSTGRES is not set";
    const Options options{.large_table_bytes = 0};
    const Operation optional = add_field("tag", integer("size").null());
    for (const auto& operations :
         {std::vector<Operation>{optional, fill("tag", "size", "7"), alter_field("tag", integer("size"))},
          std::vector<Operation>{optional, alter_field("tag", integer("size").default_to(7))}}) {
        const Registry registry = sample_and(operations, "0002_size");
        TestDatabase database(Dialect::postgres);
        {
            const auto db = database.connect();
            migrate(*db, registry, {"shop", "0001"});
            db->script("INSERT INTO shop_tag (name) VALUES ('a'), ('b'), ('c')");
        }
        int rows = 3, kills = 0, refused = 0;
        for (int fatal = 1;; ++fatal, ++kills) {
            SCOPED_TRACE("killed at " + std::to_string(fatal));
            const auto insert = [&] {
                try {
                    database.connect()->script("INSERT INTO shop_tag (name) VALUES ('late" + std::to_string(rows) +
                                               "')");
                    ++rows;
                } catch (const IntegrityError&) {
                    ++refused;
                }
            };
            const bool died = killed_at(database, registry, {}, options, fatal);
            insert();
            killed_at(database, registry, {}, options, 2);
            insert();
            const auto db = database.connect();
            migrate(*db, registry, {}, options);
            ASSERT_EQ(text_value(*db, "SELECT count(*)::text FROM shop_tag WHERE size = 7"), std::to_string(rows));
            ASSERT_EQ(text_value(*db, "SELECT count(*)::text FROM shop_tag"), std::to_string(rows));
            ASSERT_EQ(text_value(*db,
                                 "SELECT attnotnull::text FROM pg_attribute WHERE attname = 'size' AND attrelid = "
                                 "'shop_tag'::regclass"),
                      "true");
            ASSERT_FALSE(text_value(*db, "SELECT conname FROM pg_constraint WHERE conname LIKE '%notnull'"));
            ASSERT_FALSE(text_value(*db, "SELECT to_regclass('entreprinder_migration_progress')::text"));
            migrate(*db, registry, {"shop", "0001"}, options);
            if (!died) break;
        }
        EXPECT_GT(kills, 10);
        EXPECT_GT(refused, 4);
        EXPECT_GT(rows, 8);
    }
}

class Online : public OnBoth {};
INSTANTIATE_TEST_SUITE_P(Databases, Online, testing::Values(Dialect::postgres), dialect_name);

TEST_P(Online, LargeTablesGetTheFormsThatDoNotBlock) {
    Registry registry = registry_of(plan_of_all_kinds());
    migrate(db(), registry, {"shop", "0001"});
    std::string log;
    migrate(db(), registry, {},
            {.progress =
                 [&](const Progress& progress) {
                     if (progress.event == Progress::Event::statement) log += progress.text + "\n";
                 },
             .large_table_bytes = 0});
    for (const char* text :
         {"CREATE INDEX CONCURRENTLY \"i1\"", "CREATE UNIQUE INDEX CONCURRENTLY \"u1\"", "UNIQUE USING INDEX \"u1\"",
          "CHECK (\"size\" >= 0) NOT VALID", "VALIDATE CONSTRAINT \"c1\"", "(\"size\" IS NOT NULL) NOT VALID",
          "DEFERRABLE INITIALLY DEFERRED NOT VALID", "DROP INDEX CONCURRENTLY IF EXISTS \"i1\""})
        EXPECT_NE(log.find(text), std::string::npos) << text << "\n" << log;
    EXPECT_EQ(dump().find("VALID"), std::string::npos);
}

TEST_P(Online, AnInvalidIndexIsBuiltAgain) {
    const Registry registry = sample_and_index();
    migrate(db(), registry, {"shop", "0001"});
    db().script("CREATE INDEX i1 ON shop_tag (name DESC)");
    db().script("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i1'::regclass");
    migrate(db(), registry, {}, {.large_table_bytes = 0});
    EXPECT_EQ(value("SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'i1'::regclass"), "true");
}

// Killed while PostgreSQL builds the index, which a writer's open transaction makes last: alone, whereupon the server
// finishes what it was told, and together with the server's process, which leaves an invalid index.
TEST_P(Online, AMigratorKilledWhileAnIndexIsBuilt) {
    const Registry registry = sample_and_index();
    migrate(db(), registry, {"shop", "0001"});
    db().script("INSERT INTO shop_tag (name) VALUES ('a'), ('b')");
    const Options options{.large_table_bytes = 0};
    for (const bool with_server : {false, true}) {
        SCOPED_TRACE(with_server);
        const auto writer = database_->connect();
        writer->script("BEGIN; UPDATE shop_tag SET name = name || '!'");
        const pid_t child = fork();
        if (child == 0) {
            try {
                const auto connection = database_->connect();
                migrate(*connection, registry, {}, options);
            } catch (...) {
            }
            _exit(1);
        }
        std::optional<std::string> builder;
        while (!builder && waitpid(child, nullptr, WNOHANG) == 0)
            builder = text_value(db(),
                                 "SELECT pid::text FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' "
                                 "AND wait_event_type = 'Lock' AND datname = current_database()");
        ASSERT_TRUE(builder);
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        if (with_server) {
            db().script("SELECT pg_terminate_backend(" + *builder + ", 60000)");
            EXPECT_EQ(value("SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'i1'::regclass"), "false");
        }
        writer->script("COMMIT");
        EXPECT_EQ(migrate(db(), registry, {}, options).applied.size(), 1U);
        EXPECT_EQ(value("SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'i1'::regclass"), "true");
        migrate(db(), registry, {"shop", "0001"}, options);
    }
}

// The second waits for the first, whose index waits for all that hold a snapshot: the second must hold none.
TEST_P(Online, WhoWaitsForAnotherMigratorDoesNotHoldUpItsIndex) {
    const Registry registry = sample_and_index();
    migrate(db(), registry, {"shop", "0001"});
    const auto writer = database_->connect();
    writer->script("BEGIN; INSERT INTO shop_tag (name) VALUES ('a')");
    std::atomic<std::size_t> applied = 0;
    std::atomic<bool> waits = false;
    const auto migrator = [&] {
        try {
            const auto connection = database_->connect();
            Options options{.large_table_bytes = 0};
            options.progress = [&](const Progress& progress) {
                if (progress.event == Progress::Event::waiting) waits = true;
            };
            applied += migrate(*connection, registry, {}, options).applied.size();
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
        }
    };
    std::jthread first(migrator);
    while (value("SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND "
                 "wait_event_type = 'Lock' AND datname = current_database()") == "0")
        std::this_thread::yield();
    std::jthread second(migrator);
    while (!waits) std::this_thread::yield();
    writer->script("COMMIT");
    first.join();
    second.join();
    EXPECT_EQ(applied, 1U);
}

TEST_P(Online, ADuplicateLeavesNoHalfIndex) {
    const Registry registry =
        sample_and({add_field("tag", integer("n").default_to(1)), add_constraint("tag", unique("u1", {"n"}))});
    migrate(db(), registry, {"shop", "0001"});
    db().script("INSERT INTO shop_tag (name) VALUES ('a'), ('b')");
    EXPECT_THROW(migrate(db(), registry, {}, {.large_table_bytes = 0}), MigrationError);
    EXPECT_EQ(value("SELECT to_regclass('u1')::text"), "NULL");
    db().script("DELETE FROM shop_tag WHERE name = 'b'");
    migrate(db(), registry, {}, {.large_table_bytes = 0});  // goes on after the first operation
    EXPECT_NE(dump().find("unique constraint UNIQUE btree (n)"), std::string::npos) << dump();
}

TEST_P(Online, AnotherPrimaryKeyIsMadeOfAnIndex) {
    const Registry registry =
        sample_and({remove_many_to_many("item", "tags"), alter_field("tag", bigint("id")),
                    alter_field("tag", varchar("name", 50).primary_key()), add_field("tag", integer("size").null())});
    migrate(db(), registry, {"shop", "0001"});
    db().script("INSERT INTO shop_tag (name) VALUES ('a'), ('b')");
    for (const Target& target : {Target{}, Target{"shop", "0001"}}) {
        std::string log;
        Options options{.large_table_bytes = 0};
        options.progress = [&](const Progress& progress) {
            if (progress.event == Progress::Event::statement) log += progress.text + "\n";
        };
        migrate(db(), registry, target, options);
        EXPECT_NE(log.find("CREATE UNIQUE INDEX CONCURRENTLY \"shop_tag_pkey\""), std::string::npos) << log;
        EXPECT_NE(log.find("PRIMARY KEY USING INDEX \"shop_tag_pkey\""), std::string::npos) << log;
        EXPECT_EQ(log.find("ADD PRIMARY KEY"), std::string::npos) << log;
    }
    EXPECT_THROW(db().script("INSERT INTO shop_tag (id, name) VALUES (1, 'c')"), UniqueViolation);
    db().script("INSERT INTO shop_tag (name) VALUES ('c')");
    EXPECT_EQ(value("SELECT max(id)::text FROM shop_tag"), "3");
}

TEST_P(Online, ARewriteIsRefusedUnlessAllowed) {
    const Registry registry = sample_and({alter_field("item", integer("views"))});
    migrate(db(), registry, {"shop", "0001"});
    EXPECT_THROW(migrate(db(), registry, {}, {.large_table_bytes = 0}), MigrationError);
    EXPECT_EQ(migrate(db(), registry, {}, {.allow_unsafe = {"alter_field", "add_field"}, .large_table_bytes = 0})
                  .applied.size(),
              1U);
}

}  // namespace migration_tests
