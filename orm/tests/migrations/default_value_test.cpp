// Which defaults make PostgreSQL write a table anew is what PostgreSQL does with it; and what is done instead.
#include "migrations/default_value.hpp"

#include "migrations/constraint_names.hpp"
#include "migrations/text_rows.hpp"
#include "operation_cases.hpp"
#include "orm/migration_plan.hpp"

namespace migration_tests {

class Defaults : public OnBoth {};
INSTANTIATE_TEST_SUITE_P(Databases, Defaults, testing::Values(Dialect::postgres), dialect_name);

TEST_P(Defaults, ThoseOfOneValueForAllRowsAreKnown) {
    db().script(
        "CREATE SEQUENCE s; CREATE FUNCTION lucky() RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 7; END';"
        "CREATE SCHEMA mine; CREATE FUNCTION mine.now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT "
        "clock_timestamp()'");
    const auto rewrites = [&](const std::string& type, const std::string& sql) {
        db().script("DROP TABLE IF EXISTS t; CREATE TABLE t (id integer); INSERT INTO t VALUES (1), (2)");
        const std::string file = value("SELECT pg_relation_filenode('t')::text");
        db().script("ALTER TABLE t ADD COLUMN x " + type + " DEFAULT " + sql);
        return value("SELECT pg_relation_filenode('t')::text") != file;
    };
    const auto expect = [&](const std::string& type, const std::string& sql, bool same) {
        SCOPED_TRACE(sql);
        EXPECT_EQ(migrations::same_for_all_rows(sql), same);
        EXPECT_EQ(rewrites(type, sql), !same);
    };
    for (const auto& [type, sql] : std::vector<std::pair<std::string, std::string>>{
             {"integer", "7"},
             {"integer", "-1"},
             {"numeric(6, 2)", "1.50"},
             {"double precision", "1.5e3"},
             {"integer", "NULL"},
             {"boolean", "TRUE"},
             {"text", "'it''s random()'"},
             {"text", "'a' || upper('b')"},
             {"varchar(20)", "CAST('x' AS varchar(20))"},
             {"integer", "(2 + 3) * 4"},
             {"text[]", "'{}'"},
             {"text[]", "ARRAY['a', 'b']::text[]"},
             {"jsonb", "'{\"a\": [1]}'::jsonb"},
             {"date", "DATE '2026-01-01'"},
             {"date", "CURRENT_DATE + 30"},
             {"timestamptz", "now()"},
             {"timestamptz", "pg_catalog.now()"},
             {"timestamptz", "NOW() - interval '1 day'"},
             {"timestamptz", "CURRENT_TIMESTAMP"},
             {"timestamptz", "CURRENT_TIMESTAMP(3)"},
             {"timestamptz", "date_trunc('day', statement_timestamp())"},
             {"text", "CURRENT_USER"},
             {"integer", "CASE WHEN TRUE THEN 1 ELSE 2 END"},
         })
        expect(type, sql, true);
    for (const auto& [type, sql] : std::vector<std::pair<std::string, std::string>>{
             {"double precision", "random()"},
             {"double precision", "1 + RANDOM ()"},
             {"timestamptz", "clock_timestamp()"},
             {"text", "gen_random_uuid()::text"},
             {"text", "md5(random()::text)"},
             {"bigint", "nextval('s')"},
             {"integer", "lucky()"},
             {"integer", "\"lucky\"()"},
             {"timestamptz", "mine.now()"},
             {"text", "timeofday()"},
         })
        expect(type, sql, false);
    // Not known to be the same, though they are.
    for (const char* sql : {"$$x$$", "E'\\''", "1 -- random()\n", "inet_client_addr()", "'open"})
        EXPECT_FALSE(migrations::same_for_all_rows(sql)) << sql;
}

// Batches need a key; a new key has none, nor has a table between two.
TEST_P(Defaults, AKeyWithADefaultOfItsOwnForEachRowIsRefusedOnALargeTable) {
    auto code = varchar("code", 36).default_sql("gen_random_uuid()::text"), key = code;
    key.primary_key();
    const std::vector<Operation> without{remove_many_to_many("item", "tags"), alter_field("tag", bigint("id"))};
    for (const auto& column : {key, code}) {
        std::vector<Operation> operations = without;
        operations.push_back(add_field("tag", column));
        const Registry registry = sample_and(operations);
        migrate(db(), registry, {"shop", "0001"});
        fill_tables(db());
        const std::string before = dump();
        Options options{.large_table_bytes = 0};
        options.protect_data = false;  // of the relation
        try {
            migrate(db(), registry, {}, options);
            ADD_FAILURE() << "it was not refused";
        } catch (const MigrationError& error) {
            EXPECT_NE(std::string(error.what()).find("batches need a key"), std::string::npos) << error.what();
        }
        EXPECT_EQ(dump(), before);
        migrate(db(), registry, {"auth", "zero"});
    }
}

TEST_P(Defaults, KeysAreNamedAsPostgreSqlNamesThem) {
    for (const std::string& name :
         {std::string("tag"), std::string(58, 'x'), std::string(59, 'x'), std::string(63, 'x'),
          std::string(57, 'x') + "\xC3\xA9y", std::string(56, 'x') + "\xC3\xA9y"}) {
        db().script("CREATE TABLE \"" + name + "\" (id int PRIMARY KEY)");
        EXPECT_EQ(migrations::primary_key_name(name),
                  value("SELECT conname::text FROM pg_constraint WHERE conrelid = to_regclass('\"" + name + "\"')"));
        db().script("DROP TABLE \"" + name + "\"");  // or the next would have to avoid its key's name
    }
}

TEST_P(Defaults, OfItsOwnForEachRowComeBatchByBatchOnALargeTable) {
    for (const bool null : {false, true}) {
        auto column = double_("luck").default_sql("random()");
        if (null) column.null();
        const Registry registry = sample_and({add_field("item", column)});
        migrate(db(), registry, {"shop", "0001"});
        fill_tables(db());
        const std::string file = value("SELECT pg_relation_filenode('shop_item')::text");
        Options options{.large_table_bytes = 0, .batch = 1};
        const auto announced = explain(db(), registry, {}, options);
        for (const PlannedOperation& operation : announced.at(0).operations) {
            EXPECT_EQ(operation.refused, "");
            for (const PlannedStatement& statement : operation.statements) EXPECT_FALSE(statement.rewrites);
        }
        const auto other = database_->connect();
        options.progress = [&](const Progress& progress) {  // the program that does not know the column
            if (progress.event == Progress::Event::statement && progress.text.starts_with("UPDATE"))
                other->script("SET lock_timeout = 3000; UPDATE shop_item SET views = views + 1");
        };
        migrate(db(), registry, {}, options);
        EXPECT_EQ(value("SELECT count(DISTINCT luck)::text FROM shop_item"), "2");
        EXPECT_EQ(value("SELECT attnotnull::text FROM pg_attribute WHERE attrelid = 'shop_item'::regclass AND attname "
                        "= 'luck'"),
                  null ? "false" : "true");
        EXPECT_EQ(value("SELECT pg_relation_filenode('shop_item')::text"), file);
        migrate(db(), registry, {"shop", "0001"}, options);

        // On a small one it is a rewrite, and is called so.
        const auto plan = explain(db(), registry);
        EXPECT_TRUE(plan.at(0).operations.at(0).statements.at(0).rewrites);
        EXPECT_GT(plan.at(0).operations.at(0).statements.at(0).seconds, 0);
        migrate(db(), registry);
        EXPECT_EQ(value("SELECT count(DISTINCT luck)::text FROM shop_item"), "2");
        migrate(db(), registry, {"auth", "zero"});
    }
}

}  // namespace migration_tests
