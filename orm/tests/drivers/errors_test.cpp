#include "fixture.hpp"

namespace orm::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <class Expected, class Call>
std::optional<Expected> caught(Call&& call) {
    try {
        call();
    } catch (const Expected& error) {
        return error;
    } catch (const std::exception& error) {
        ADD_FAILURE() << "another type: " << error.what();
    }
    return std::nullopt;
}

class Errors : public OnBothDatabases {
  protected:
    std::unique_ptr<Connection> with_tables() const {
        auto connection = open();
        connection->script(
            "CREATE TABLE venue (id bigint PRIMARY KEY, name varchar(20) NOT NULL, city text, UNIQUE (name, city));"
            "CREATE TABLE event (id bigint PRIMARY KEY, low int, high int,"
            " venue_id bigint REFERENCES venue (id) DEFERRABLE INITIALLY DEFERRED,"
            " CONSTRAINT ages CHECK (low <= high));"
            "CREATE UNIQUE INDEX lower_name ON venue (lower(name));"
            "INSERT INTO venue VALUES (1, 'Rotondes', 'Luxembourg')");
        return connection;
    }
};

TEST_P(Errors, UniqueNamesTableAndFields) {
    auto connection = with_tables();
    const auto error = caught<UniqueViolation>(
        [&] { connection->run(transient("INSERT INTO venue VALUES (1, 'x', 'y')"), {}, nullptr); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->table, "venue");
    EXPECT_THAT(error->fields, ElementsAre("id"));
    EXPECT_EQ(error->sql, "INSERT INTO venue VALUES (1, 'x', 'y')");
    connection->script("DROP INDEX lower_name");
    const auto both = caught<UniqueViolation>(
        [&] { connection->run(transient("INSERT INTO venue VALUES (2, 'Rotondes', 'Luxembourg')"), {}, nullptr); });
    ASSERT_TRUE(both);
    EXPECT_THAT(both->fields, ElementsAre("name", "city"));
    EXPECT_EQ(both->constraint, postgres() ? "venue_name_city_key" : "");
    EXPECT_TRUE(connection->usable());
}

TEST_P(Errors, AnIndexOnAnExpressionIsNamed) {
    auto connection = with_tables();
    const auto error = caught<UniqueViolation>(
        [&] { connection->run(transient("INSERT INTO venue VALUES (2, 'ROTONDES', 'Esch')"), {}, nullptr); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->constraint, "lower_name");
}

TEST_P(Errors, CheckAndNotNull) {
    auto connection = with_tables();
    const auto check = caught<CheckViolation>(
        [&] { connection->run(transient("INSERT INTO event VALUES (1, 5, 4, NULL)"), {}, nullptr); });
    ASSERT_TRUE(check);
    EXPECT_EQ(check->constraint, "ages");
    const auto null = caught<NotNullViolation>(
        [&] { connection->run(transient("INSERT INTO venue VALUES (3, NULL, 'x')"), {}, nullptr); });
    ASSERT_TRUE(null);
    EXPECT_EQ(null->table, "venue");
    EXPECT_THAT(null->fields, ElementsAre("name"));
}

TEST_P(Errors, ADeferredForeignKeyFailsAtCommit) {
    auto connection = with_tables();
    connection->script("BEGIN");
    connection->run(transient("INSERT INTO event VALUES (1, 1, 1, 99)"), {}, nullptr);
    const auto error = caught<ForeignKeyViolation>([&] { connection->run(transient("COMMIT"), {}, nullptr); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->table, "event");
    EXPECT_THAT(error->fields, ElementsAre("venue_id"));
    if (connection->in_transaction()) connection->script("ROLLBACK");
    EXPECT_EQ(values<std::int64_t>(*connection, "SELECT count(*) FROM event"), std::vector<std::int64_t>{0});
}

TEST_P(Errors, AForeignKeyFailsAtOnceWhereItIsNotDeferred) {
    auto connection = with_tables();
    connection->script("CREATE TABLE photo (id bigint, venue_id bigint REFERENCES venue (id))");
    caught<ForeignKeyViolation>([&] { connection->script("INSERT INTO photo VALUES (1, 99)"); });
    connection->script("INSERT INTO photo VALUES (1, 1)");
    caught<ForeignKeyViolation>([&] { connection->script("DELETE FROM venue"); });
}

TEST_P(Errors, WrongSqlAndWrongUse) {
    auto connection = open();
    EXPECT_THROW(connection->script("SELEC 1"), ProgrammingError);
    EXPECT_THROW(connection->run(statement("SELECT x FROM nowhere"), {}, nullptr), ProgrammingError);
    EXPECT_THROW(connection->run(transient("SELECT 1; SELECT 2"), {}, nullptr), Error);
    const std::int64_t key = 1;
    EXPECT_THROW(connection->run(transient("SELECT " + mark(1) + ", " + mark(2)), std::vector{param(key)}, nullptr),
                 Error);
    EXPECT_TRUE(connection->usable());
    EXPECT_TRUE(connection->ping());
}

TEST_P(Errors, ALockHeldElsewhereIsALockTimeout) {
    auto first = open("lock_timeout=20");
    auto second = open("lock_timeout=20");
    first->script("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
    first->script(postgres() ? "BEGIN; UPDATE t SET id = 2" : "BEGIN IMMEDIATE; UPDATE t SET id = 2");
    EXPECT_THROW(second->script("UPDATE t SET id = 3"), LockTimeout);
    first->script("COMMIT");
    second->script("UPDATE t SET id = 3");
}

TEST_P(Errors, AnExceptionOfTheCallerPassesAndLeavesTheConnectionClean) {
    auto connection = open();
    RowSink sink;
    sink.plan = &single_plan<std::int64_t>();
    sink.next = [](void*) -> void* { throw std::runtime_error("the caller's"); };
    const Statement numbers = statement("SELECT 1 UNION ALL SELECT 2");
    EXPECT_THROW(connection->run(numbers, {}, &sink), std::runtime_error);
    EXPECT_THROW(connection->stream(numbers, {}, sink, 1), std::runtime_error);
    EXPECT_FALSE(connection->in_transaction());
    EXPECT_TRUE(connection->usable());
    EXPECT_EQ(values<std::int64_t>(*connection, "SELECT 7"), std::vector<std::int64_t>{7});
}

TEST_P(Errors, AValueThatCannotBeSentStopsABulkInsertCleanly) {
    auto connection = open();
    connection->script("CREATE TABLE t (at timestamp)");
    const Timestamp times[] = {parse_timestamp("2026-05-01 18:30:00"), Timestamp::max()};
    const ColumnPlan columns[] = {{0, &Described<Timestamp>::info, nullptr, "at"}};
    const BulkRows rows{"t",
                        columns,
                        2,
                        [](const void* context, std::size_t i) -> const void* { return static_cast<const Timestamp*>(context) + i; },
                        times,
                        nullptr,
                        nullptr};
    connection->script("BEGIN");
    EXPECT_THROW(connection->bulk_insert(rows), DataError);
    connection->script("ROLLBACK");
    EXPECT_EQ(values<std::int64_t>(*connection, "SELECT count(*) FROM t"), std::vector<std::int64_t>{0});
}

TEST_P(Errors, ABulkInsertReportsConstraints) {
    auto connection = with_tables();
    const std::int64_t keys[] = {5, 6, 5};
    const ColumnPlan columns[] = {{0, &Described<std::int64_t>::info, nullptr, "id"}};
    const BulkRows rows{
        "event",
        columns,
        3,
        [](const void* context, std::size_t i) -> const void* { return static_cast<const std::int64_t*>(context) + i; },
        keys,
        nullptr,
        nullptr};
    connection->script("BEGIN");
    const auto error = caught<UniqueViolation>([&] { connection->bulk_insert(rows); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->table, "event");
    connection->script("ROLLBACK");
    EXPECT_TRUE(connection->usable());
}

BOTH_DATABASES(Errors);

}  // namespace
}  // namespace orm::test
