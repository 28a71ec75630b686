#include "fixture.hpp"

namespace orm::test {
namespace {

enum class Write { run, insert, bulk, run_all, unprepared };
enum class Read { run, stream };

std::vector<Param> params_of(const AllKinds& row, bool with_id) {
    std::vector<Param> params;
    for (const ColumnPlan& column : all_kinds_plan().columns) {
        const void* at = reinterpret_cast<const std::byte*>(&row) + column.offset;
        if (column.nullable) at = column.nullable->peek(at);
        if (with_id || column.name != "id") params.push_back({column.type, at});
    }
    return params;
}

class RoundTrip : public OnBothDatabases {
  protected:
    std::string insert_text(bool with_id) const {
        std::string names, marks;
        int count = 0;
        for (const ColumnPlan& column : all_kinds_plan().columns) {
            if (!with_id && column.name == "id") continue;
            names += (names.empty() ? "\"" : ", \"") + std::string(column.name) + "\"";
            marks += (marks.empty() ? "" : ", ") + mark(++count);
        }
        return "INSERT INTO kinds (" + names + ") VALUES (" + marks + ")";
    }

    void write(Connection& connection, Write how, const std::vector<AllKinds>& rows) const {
        const Statement with_id = statement(insert_text(true));
        const Statement generated = statement(insert_text(false) + (postgres() ? " RETURNING \"id\"" : ""));
        if (how == Write::bulk) {
            BulkRows bulk{"kinds",
                          all_kinds_plan().columns,
                          rows.size(),
                          [](const void* context, std::size_t i) -> const void* {
                              return &(*static_cast<const std::vector<AllKinds>*>(context))[i];
                          },
                          &rows,
                          nullptr,
                          nullptr};
            connection.script("BEGIN");
            EXPECT_EQ(connection.bulk_insert(bulk), rows.size());
            connection.script("COMMIT");
        } else if (how == Write::run_all) {
            std::vector<std::vector<Param>> params;
            for (const AllKinds& row : rows) params.push_back(params_of(row, true));
            std::vector<Connection::Batch> batch;
            for (const auto& row : params) batch.push_back({&with_id, row, nullptr});
            connection.run_all(batch);
        } else {
            for (const AllKinds& row : rows) {
                if (how == Write::insert) {
                    EXPECT_EQ(connection.insert(generated, params_of(row, false)), row.id);
                } else {
                    EXPECT_EQ(connection.run(with_id, params_of(row, true), nullptr), 1U);
                }
            }
        }
    }

    std::vector<AllKinds> read(Connection& connection, Read how) const {
        Collected<AllKinds> collected(all_kinds_plan());
        const Statement all = statement("SELECT * FROM kinds ORDER BY id");
        if (how == Read::run) {
            const std::uint64_t count = connection.run(all, {}, &collected.sink);
            EXPECT_EQ(count, collected.rows.size());
        } else {
            connection.stream(all, {}, collected.sink, 2);
        }
        return std::move(collected.rows);
    }
};

class RoundTripOnSqlite : public RoundTrip {};
class RoundTripOnPostgres : public RoundTrip {};

TEST_P(RoundTrip, EveryKindOnEveryPath) {
    for (const Write how : {Write::run, Write::insert, Write::bulk, Write::run_all, Write::unprepared}) {
        SCOPED_TRACE(static_cast<int>(how));
        auto connection = open(how == Write::unprepared && postgres() ? "prepare=off" : "");
        connection->script("DROP TABLE IF EXISTS kinds; " + all_kinds_table(GetParam()));
        const std::vector<AllKinds> rows = all_kinds_rows();
        write(*connection, how, rows);
        for (const Read reading : {Read::run, Read::stream}) EXPECT_EQ(read(*connection, reading), rows);
        EXPECT_FALSE(connection->in_transaction());
    }
}

TEST_P(RoundTripOnSqlite, StoredFormsAreDjangos) {
    auto connection = open();
    connection->script(all_kinds_table(Dialect::sqlite));
    write(*connection, Write::run, all_kinds_rows());
    EXPECT_EQ(values<std::string>(*connection, "SELECT at FROM kinds WHERE id IN (3, 7) ORDER BY id"),
              (std::vector<std::string>{"9999-12-31 23:59:59.999999", "1970-01-01 00:00:00"}));
    EXPECT_EQ(
        values<std::string>(*connection, "SELECT typeof(fee) || typeof(flag) || typeof(whole) FROM kinds WHERE id = 3"),
        std::vector<std::string>{"realintegerinteger"});
    EXPECT_EQ(values<std::string>(*connection, "SELECT colors FROM kinds WHERE id = 3"),
              std::vector<std::string>{R"(["green","deep_blue"])"});
}

TEST_P(RoundTripOnSqlite, OtherWritersFormsAreRead) {
    auto connection = open();
    const Timestamp time = parse_timestamp("2026-05-01 18:30:00.5");
    for (const char* text :
         {"'2026-05-01T18:30:00.500000Z'", "'2026-05-01 20:30:00.5+02:00'", "'2026-05-01 18:30:00.500000000'"})
        EXPECT_EQ(values<Timestamp>(*connection, std::string("SELECT ") + text), std::vector{time}) << text;
    using Money = Decimal<8, 2>;
    for (const char* text : {"12.5", "'12.5'", "'12.500'", "12.50", "'+12.50'"})
        EXPECT_EQ(values<Money>(*connection, std::string("SELECT ") + text), std::vector{Money("12.50")}) << text;
    EXPECT_EQ(values<Money>(*connection, "SELECT 0.1 + 0.2"), std::vector{Money("0.30")});
    EXPECT_EQ(values<Money>(*connection, "SELECT 7"), std::vector{Money(7)});
    EXPECT_THROW(values<Money>(*connection, "SELECT 0.125"), DecodeError);
    EXPECT_THROW(values<Money>(*connection, "SELECT 1000000"), DecodeError);
    EXPECT_THROW(values<Money>(*connection, "SELECT 'abc'"), DecodeError);
    using Strings = std::vector<std::string>;
    EXPECT_EQ(values<Strings>(*connection, R"(SELECT ' [ "a\u00e9\ud83e\udde1\n" , "b" ] ')"),
              (std::vector<Strings>{Strings{"aé🧡\n", "b"}}));
    for (const char* text :
         {"'[1'", "'[\"a\"'", "'[\"a\",]'", "'{}'", "'[null]'", "'[\"a\"]x'", "'[\"\\u12\"]'", "'[\"\\ud83e\"]'"})
        EXPECT_THROW(values<Strings>(*connection, std::string("SELECT ") + text), DecodeError) << text;
}

TEST_P(RoundTripOnSqlite, ADecimalThatSqliteWouldRoundIsRefused) {
    auto connection = open();
    connection->script("CREATE TABLE t (v decimal)");
    using Wide = Decimal<18, 6>;
    const Statement insert = statement("INSERT INTO t VALUES (?1)");
    const Wide exact("123456789012.345"), too_long("123456789012.345678"), whole("123456789012.000000");
    connection->run(insert, std::vector{param(exact)}, nullptr);
    connection->run(insert, std::vector{param(whole)}, nullptr);
    EXPECT_THROW(connection->run(insert, std::vector{param(too_long)}, nullptr), DataError);
    EXPECT_EQ(values<Wide>(*connection, "SELECT v FROM t"), (std::vector{exact, whole}));
}

TEST_P(RoundTripOnPostgres, AllEighteenDigits) {
    auto connection = open();
    using Wide = Decimal<18, 6>;
    using Fraction = Decimal<18, 18>;
    for (const char* text : {"123456789012.345678", "-999999999999.999999", "0.000001", "-10000.0001", "0", "99990000"})
        EXPECT_EQ(values<Wide>(*connection, "SELECT $1", {param(Wide(text))}), std::vector{Wide(text)}) << text;
    for (const char* text : {"0.123456789012345678", "-0.000000000000000001", "0.000100000000000000"}) {
        EXPECT_EQ(values<Fraction>(*connection, "SELECT $1", {param(Fraction(text))}), std::vector{Fraction(text)})
            << text;
        EXPECT_EQ(values<std::string>(*connection, "SELECT $1::text", {param(Fraction(text))}),
                  std::vector<std::string>{text});
    }
    EXPECT_EQ(values<Wide>(*connection, "SELECT 5::int"), std::vector{Wide(5)});
    EXPECT_THROW(values<Wide>(*connection, "SELECT 0.0000001::numeric"), DecodeError);
    EXPECT_THROW(values<Wide>(*connection, "SELECT 1e12::numeric"), DecodeError);
    EXPECT_THROW(values<Wide>(*connection, "SELECT 1e40::numeric"), DecodeError);
    EXPECT_THROW(values<Wide>(*connection, "SELECT 'NaN'::numeric"), DecodeError);
}

TEST_P(RoundTripOnPostgres, ForeignTypesAreReadWhereTheyFit) {
    auto connection = open();
    EXPECT_EQ(values<std::int64_t>(*connection, "SELECT 5::int4 UNION ALL SELECT 6 ORDER BY 1"),
              (std::vector<std::int64_t>{5, 6}));
    EXPECT_EQ(values<std::int64_t>(*connection, "SELECT sum(x) FROM (VALUES (5::int8), (6)) v(x)"),
              std::vector<std::int64_t>{11});
    EXPECT_EQ(values<std::int16_t>(*connection, "SELECT 5::int8"), std::vector<std::int16_t>{5});
    EXPECT_EQ(values<double>(*connection, "SELECT avg(x) FROM (VALUES (1), (2)) v(x)"), std::vector<double>{1.5});
    EXPECT_EQ(values<std::string>(*connection, "SELECT 'a'::char(3)"), std::vector<std::string>{"a  "});
    EXPECT_EQ(values<Timestamp>(*connection, "SELECT timestamp '2026-05-01 18:30'"),
              std::vector{parse_timestamp("2026-05-01 18:30:00")});
    EXPECT_EQ(values<Json>(*connection, "SELECT '[1, 2]'::json"), std::vector{Json("[1, 2]")});
    EXPECT_THROW(values<std::int16_t>(*connection, "SELECT 40000"), DecodeError);
    EXPECT_THROW(values<std::int64_t>(*connection, "SELECT 1.5::numeric"), DecodeError);
    EXPECT_THROW(values<std::int64_t>(*connection, "SELECT 'x'::text"), DecodeError);
    EXPECT_THROW(values<std::string>(*connection, "SELECT 5"), DecodeError);
    EXPECT_THROW(values<Timestamp>(*connection, "SELECT 'infinity'::timestamptz"), DecodeError);
    EXPECT_THROW(values<Timestamp>(*connection, "SELECT '0044-03-15 BC'::timestamptz"), DecodeError);
    EXPECT_THROW(values<Date>(*connection, "SELECT '-infinity'::date"), DecodeError);
    EXPECT_THROW(values<Date>(*connection, "SELECT '10000-01-01'::date"), DecodeError);
    using Numbers = std::vector<std::int64_t>;
    EXPECT_EQ(values<Numbers>(*connection, "SELECT ARRAY[1,2]::int4[]"), (std::vector<Numbers>{Numbers{1, 2}}));
    EXPECT_THROW(values<Numbers>(*connection, "SELECT ARRAY[1,NULL]"), DecodeError);
    EXPECT_THROW(values<Numbers>(*connection, "SELECT ARRAY[ARRAY[1],ARRAY[2]]"), DecodeError);
    EXPECT_TRUE(connection->usable());
}

TEST_P(RoundTrip, NullWhereNoneFitsNamesTheColumn) {
    auto connection = open();
    try {
        values<std::int64_t>(*connection, "SELECT NULL");
        FAIL();
    } catch (const DecodeError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("'value'"));
        EXPECT_EQ(error.sql, "SELECT NULL");
    }
    try {
        values<Color>(*connection, postgres() ? "SELECT 'mauve'::text" : "SELECT 'mauve'");
        FAIL();
    } catch (const DecodeError& error) {
        EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("'value'"), testing::HasSubstr("mauve")));
    }
    EXPECT_THROW(values<std::int64_t>(*connection, "SELECT 1, 2"), DecodeError);
}

TEST_P(RoundTrip, AbsentObjectsOfALeftJoin) {
    struct Venue {
        std::int64_t id = 0;
        std::string name;
    };
    struct Row {
        std::int64_t id = 0;
        std::optional<Venue> venue = Venue{7, "left over"};
        std::int64_t last = 0;
    };
    const RowPlan plan{
        {{offsetof(Row, id), 1}, {offsetof(Row, venue), 2, 0, &nullable_info<Venue>}, {offsetof(Row, last), 1}},
        {{0, &Described<std::int64_t>::info, nullptr, "id"},
         {offsetof(Venue, id), &Described<std::int64_t>::info, nullptr, "venue.id"},
         {offsetof(Venue, name), &Described<std::string>::info, nullptr, "venue.name"},
         {0, &Described<std::int64_t>::info, nullptr, "last"}}};
    auto connection = open();
    connection->script(
        "CREATE TABLE v (id bigint, name text); CREATE TABLE e (id bigint, venue_id bigint);"
        "INSERT INTO v VALUES (1, 'Rotondes'); INSERT INTO e VALUES (10, 1), (11, NULL)");
    Collected<Row> found(plan);
    connection->run(
        transient("SELECT e.id, v.id, v.name, e.id + 1 FROM e LEFT JOIN v ON v.id = e.venue_id ORDER BY e.id"), {},
        &found.sink);
    ASSERT_EQ(found.rows.size(), 2U);
    ASSERT_TRUE(found.rows[0].venue);
    EXPECT_EQ(found.rows[0].venue->name, "Rotondes");
    EXPECT_FALSE(found.rows[1].venue);
    EXPECT_EQ(found.rows[1].last, 12);
}

BOTH_DATABASES(RoundTrip);
ONE_DATABASE(RoundTripOnSqlite, sqlite);
ONE_DATABASE(RoundTripOnPostgres, postgres);

}  // namespace
}  // namespace orm::test
