/// The seed's section 3, "Migration best practices", on Crush.lu's tables with rows in them, on both databases; and the
/// locks.
#include <gmock/gmock.h>

#include "accounts/migrations.hpp"
#include "crush_lu/migrations.hpp"
#include "crush_lu/models.hpp"
#include "orm/migration.hpp"
#include "orm/migration_data.hpp"
#include "orm/migration_make.hpp"
#include "seed_examples_pages.hpp"
#include "test_database.hpp"

namespace crush_lu::migrations {
namespace {

orm::migrations::Migration m0002_headline() {
    using namespace orm::migrations;
    Migration migration{.app = "crush_lu", .name = "0002_headline"};
    migration.dependencies = {{"crush_lu", "0001_initial"}};
    migration.operations = {
        add_field("crushprofile", varchar("headline", 100).null()),
    };
    return migration;
}

orm::migrations::Migration m0003_fill_headline() {
    using namespace orm::migrations;
    Migration migration{.app = "crush_lu", .name = "0003_fill_headline"};
    migration.dependencies = {{"crush_lu", "0002_headline"}};
    const auto forward = [](Data& data) {
        data.each("crush_lu.crushprofile", {"id", "location"},
                  [](Row& row) { row.set("headline", "Profile " + row.text("id") + " from " + row.text("location")); });
    };
    migration.operations = {
        run(forward, no_data_change, "Give every profile a headline"),
    };
    return migration;
}

orm::migrations::Migration m0004_headline_required() {
    using namespace orm::migrations;
    Migration migration{.app = "crush_lu", .name = "0004_headline_required"};
    migration.dependencies = {{"crush_lu", "0003_fill_headline"}};
    migration.operations = {
        alter_field("crushprofile", varchar("headline", 100)),
    };
    return migration;
}

/// The same three steps in one file, as makemigrations writes them.
orm::migrations::Migration m0002_headline_in_three_steps() {
    using namespace orm::migrations;
    Migration migration{.app = "crush_lu", .name = "0002_headline"};
    migration.dependencies = {{"crush_lu", "0001_initial"}};
    migration.operations = {
        add_field("crushprofile", varchar("headline", 100).null()),
        fill("crushprofile", "headline", "\"location\""),
        alter_field("crushprofile", varchar("headline", 100)),
    };
    return migration;
}

orm::migrations::Migration m0002_more() {
    using namespace orm::migrations;
    Migration migration{.app = "crush_lu", .name = "0002_more"};
    migration.dependencies = {{"crush_lu", "0001_initial"}};
    migration.operations = {
        add_index("meetupevent", index("event_open_idx", {"event_date"}).where("\"is_published\"")),
        add_constraint("meetupevent", check("event_seats", "\"max_participants\" <= 500")),
        rename_field("crushprofile", "location", "town"),
        run_sql("UPDATE crush_lu_crushprofile SET town = 'Luxembourg' WHERE town = ''", noop),
        run_sql({"SELECT 1", "COMMENT ON TABLE crush_lu_crushprofile IS 'members'"}, noop),
    };
    return migration;
}

class SeedMigrations : public orm::test::DatabaseTest {
  protected:
    SeedMigrations() : db(url()) {
        add_apps();
        migrate();
        auth::User user;
        for (const char* town : {"Remich", "Esch"}) {
            user.id = {};
            user.username = town;
            user.email = std::string(town) + "@example.lu";
            db.insert(user);
            CrushProfile profile;
            profile.user = user.id;
            profile.location = town;
            db.insert(profile);
        }
    }
    void add_apps() {
        for (const auto& app : {auth::migrations::all, sessions::migrations::all, account::migrations::all})
            registry.add(app());
        registry.add(all().front());  // 0001_initial
    }
    orm::migrations::Report migrate(const orm::migrations::Target& target = {}, orm::migrations::Options options = {}) {
        options.progress = [this](const orm::migrations::Progress& progress) {
            if (progress.event == orm::migrations::Progress::Event::statement) statements.push_back(progress.text);
        };
        statements.clear();
        return orm::migrations::migrate(*orm::connect(orm::parse_url(url())), registry, target, options);
    }
    std::vector<std::string> headlines() {
        return db.raw<std::string>("SELECT headline FROM crush_lu_crushprofile ORDER BY id");
    }
    orm::Database db;
    orm::migrations::Registry registry;
    std::vector<std::string> statements;
};

/// Seed §3 "Safe migration pattern", "Data migration pattern", "Remove nullable after population": forward and back.
TEST_P(SeedMigrations, S3_AddNullableFillMakeRequired) {
    registry.add(m0002_headline());
    registry.add(m0003_fill_headline());
    registry.add(m0004_headline_required());
    EXPECT_EQ(migrate({"crush_lu", "0002"}).applied.size(), 1U);
    EXPECT_EQ(db.raw<std::int64_t>("SELECT count(*) FROM crush_lu_crushprofile WHERE headline IS NULL").at(0), 2);
    EXPECT_EQ(migrate().applied.size(), 2U);
    EXPECT_THAT(headlines(), testing::ElementsAre("Profile 1 from Remich", "Profile 2 from Esch"));
    EXPECT_THROW(db.execute("UPDATE crush_lu_crushprofile SET headline = NULL"), orm::NotNullViolation);
    EXPECT_EQ(migrate({"crush_lu", "0001"}).unapplied.size(), 3U);
    EXPECT_THROW(headlines(), orm::DatabaseError);
    EXPECT_EQ(migrate().applied.size(), 3U);
}

/// Required at once, without a value for the rows that are there, is refused, and nothing has happened.
TEST_P(SeedMigrations, S3_ARequiredFieldNeedsAValue) {
    auto wrong = m0002_headline();
    wrong.operations = {orm::migrations::add_field("crushprofile", orm::migrations::varchar("headline", 100))};
    registry.add(wrong);
    try {
        migrate();
        FAIL();
    } catch (const orm::migrations::MigrationError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("add it as NULL, fill it, then make it required"));
    }
    EXPECT_THROW(headlines(), orm::DatabaseError);
}

/// Beyond the seed: makemigrations writes the three steps itself.
TEST_P(SeedMigrations, S3_TheThreeStepsAreMadeForYou) {
    using namespace orm::migrations;
    orm::schema::State models = registry.state();
    orm::schema::Field headline = varchar("headline", 100);
    models.models.at("crush_lu.crushprofile").fields.push_back(headline);
    StatedAnswers answers({}, {{"crush_lu.crushprofile.headline", "\"location\""}});
    const auto files = make_migrations(models, registry, {.dry_run = true, .format = false}, answers);
    ASSERT_EQ(files.size(), 1U);
    const auto expected = m0002_headline_in_three_steps().operations;
    ASSERT_EQ(files[0].migration.operations.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(describe(files[0].migration.operations[i]), describe(expected[i]));
    registry.add(m0002_headline_in_three_steps());
    migrate();
    EXPECT_THAT(headlines(), testing::ElementsAre("Remich", "Esch"));
}

/// A table with rows to lose is dropped only when the operation is allowed by name.
TEST_P(SeedMigrations, S3_WhatLosesRowsIsRefused) {
    auto drop = m0002_headline();
    drop.operations = {orm::migrations::remove_field("crushprofile", "bio")};
    registry.add(drop);
    EXPECT_THROW(migrate({}, {.protect_data = true}), orm::migrations::MigrationError);
    EXPECT_EQ(migrate({}, {.allow_data_loss = {"remove_field"}, .protect_data = true}).applied.size(), 1U);
}

TEST_P(SeedMigrations, S3_IndexesChecksRenamesAndSql) {
    registry.add(m0002_more());
    migrate();
    EXPECT_THAT(db.raw<std::string>("SELECT town FROM crush_lu_crushprofile ORDER BY id"),
                testing::ElementsAre("Remich", "Esch"));
    EXPECT_EQ(migrate({"crush_lu", "0001"}).unapplied.size(), 1U);
}

/// On a large table nothing that scans or rewrites runs under a lock that others feel.
TEST_P(SeedMigrations, S3_LargeTablesStayOpen) {
    if (!postgres()) GTEST_SKIP() << "SQLite has one writer at a time";
    registry.add(m0002_headline_in_three_steps());
    auto more = m0002_more();
    more.name = "0003_more";
    more.dependencies = {{"crush_lu", "0002_headline"}};
    registry.add(more);
    migrate({"crush_lu", "0002"}, {.large_table_bytes = 0});
    EXPECT_THAT(statements,
                testing::ElementsAre(testing::HasSubstr("ADD COLUMN"), testing::HasSubstr("NOT VALID"),
                                     testing::HasSubstr("UPDATE"), testing::HasSubstr("VALIDATE CONSTRAINT"),
                                     testing::HasSubstr("SET NOT NULL"), testing::HasSubstr("DROP CONSTRAINT")));
    migrate({}, {.large_table_bytes = 0});
    EXPECT_THAT(statements.at(0), testing::StartsWith("CREATE INDEX CONCURRENTLY"));
    EXPECT_THAT(statements.at(1), testing::EndsWith("NOT VALID"));
    EXPECT_THAT(statements.at(2), testing::HasSubstr("VALIDATE CONSTRAINT"));
}

/// Locks of single statements; orm/tests/migrations/locks_test.cpp has those of every operation.
TEST_P(SeedMigrations, S3_WhatTakesWhichLock) {
    if (!postgres()) GTEST_SKIP() << "SQLite has one lock, for writing";
    db.execute("ALTER TABLE crush_lu_crushprofile ADD CONSTRAINT c CHECK (bio IS NOT NULL) NOT VALID");
    db.execute(
        "ALTER TABLE crush_lu_eventconnection ADD CONSTRAINT fk FOREIGN KEY (event_id) REFERENCES "
        "crush_lu_meetupevent (id) NOT VALID");
    struct Case {
        std::string sql, lock;
        std::string table = "crush_lu_crushprofile";
    };
    for (const Case& c : std::vector<Case>{
             {"ALTER TABLE crush_lu_crushprofile ADD COLUMN n varchar(9)", "AccessExclusiveLock"},
             {"ALTER TABLE crush_lu_crushprofile ADD COLUMN n integer DEFAULT 7 NOT NULL", "AccessExclusiveLock"},
             {"ALTER TABLE crush_lu_crushprofile DROP COLUMN bio", "AccessExclusiveLock"},
             {"ALTER TABLE crush_lu_crushprofile RENAME COLUMN bio TO about", "AccessExclusiveLock"},
             {"ALTER TABLE crush_lu_crushprofile ALTER COLUMN phone TYPE varchar(40)", "AccessExclusiveLock"},
             {"ALTER TABLE crush_lu_crushprofile ALTER COLUMN approved_at SET NOT NULL", "AccessExclusiveLock"},
             {"ALTER TABLE crush_lu_crushprofile ADD CONSTRAINT x CHECK (id > 0) NOT VALID", "AccessExclusiveLock"},
             {"ALTER TABLE crush_lu_crushprofile VALIDATE CONSTRAINT c", "ShareUpdateExclusiveLock"},
             {"ALTER TABLE crush_lu_eventconnection ADD CONSTRAINT y FOREIGN KEY (event_id) REFERENCES "
              "crush_lu_meetupevent (id) NOT VALID",
              "ShareRowExclusiveLock", "crush_lu_eventconnection"},
             {"ALTER TABLE crush_lu_eventconnection ADD CONSTRAINT y FOREIGN KEY (event_id) REFERENCES "
              "crush_lu_meetupevent (id) NOT VALID",
              "ShareRowExclusiveLock", "crush_lu_meetupevent"},
             {"ALTER TABLE crush_lu_eventconnection VALIDATE CONSTRAINT fk", "ShareUpdateExclusiveLock",
              "crush_lu_eventconnection"},
             {"ALTER TABLE crush_lu_eventconnection VALIDATE CONSTRAINT fk", "RowShareLock", "crush_lu_meetupevent"},
             {"CREATE INDEX i ON crush_lu_crushprofile (phone)", "ShareLock"},
             {"DROP INDEX crush_profile_approved_idx", "AccessExclusiveLock"},
             {"UPDATE crush_lu_crushprofile SET bio = ''", "RowExclusiveLock"},
         }) {
        struct Undo {};
        if (c.sql.find("approved_at") != std::string::npos)
            db.execute("UPDATE crush_lu_crushprofile SET approved_at = now()");
        try {
            db.atomic([&](orm::Transaction& tx) {
                tx.execute(c.sql);
                EXPECT_THAT(tx.raw<std::string>("SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND "
                                                "relation = to_regclass($1)",
                                                c.table),
                            testing::Contains(c.lock))
                    << c.sql;
                throw Undo{};
            });
        } catch (const Undo&) {
        }
    }
}

ON_EACH_DATABASE(SeedMigrations);

TEST(SeedPages, ExamplesOfTheMigrationsPageAreThoseAbove) {
    pages::expect_examples("migrations.md", {"platforms/crush_lu/tests/seed_examples_migrations_test.cpp"});
}

}  // namespace
}  // namespace crush_lu::migrations
