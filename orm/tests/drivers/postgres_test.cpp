#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "fixture.hpp"

namespace orm::test {
namespace {

using Numbers = std::vector<std::int64_t>;
using testing::HasSubstr;

std::int64_t backend(Connection& connection) {
    return values<std::int64_t>(connection, "SELECT pg_backend_pid()").at(0);
}

void terminate(Connection& killer, std::int64_t pid) {
    killer.script("SELECT pg_terminate_backend(" + std::to_string(pid) + ", 10000)");
}

class Postgres : public OnPostgres {};

/// A host that vanished: the system takes connections, and nobody ever answers.
class SilentHost {
  public:
    SilentHost() {
        socklen_t size = sizeof address_;
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* address = reinterpret_cast<sockaddr*>(&address_);
        EXPECT_EQ(bind(socket_, address, size), 0);
        EXPECT_EQ(listen(socket_, 8), 0);
        EXPECT_EQ(getsockname(socket_, address, &size), 0);
    }
    ~SilentHost() { close(socket_); }
    SilentHost(const SilentHost&) = delete;
    SilentHost& operator=(const SilentHost&) = delete;
    std::string port() const { return std::to_string(ntohs(address_.sin_port)); }

  private:
    int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address_{};
};

TEST_F(Postgres, AHostThatSaysNothingIsNotTheLastOneThatIsTried) {
    const SilentHost one, two;
    const std::string url = database_->url("connect_timeout=1"), first = "127.0.0.1:" + one.port() + ",",
                      second = "127.0.0.1:" + two.port() + ",";
    const auto with = [&](const std::string& hosts) {
        std::string longer = url;
        return longer.insert(longer.find('@') + 1, hosts);
    };
    EXPECT_EQ(values<std::int64_t>(*connect(parse_url(with(first))), "SELECT 7"), Numbers{7});
    EXPECT_EQ(values<std::int64_t>(*connect(parse_url(with(second + first) + "&target_session_attrs=read-write")),
                                   "SELECT 7"),
              Numbers{7});
    try {
        connect(parse_url("postgresql://postgres@" + first + second + "127.0.0.1:1/x?connect_timeout=1"));
        FAIL();
    } catch (const ConnectionLost& error) {
        EXPECT_THAT(error.what(),
                    testing::AllOf(HasSubstr("no answer from 127.0.0.1, port " + one.port()),
                                   HasSubstr("no answer from 127.0.0.1, port " + two.port()), HasSubstr("refused")));
    }
}

TEST_F(Postgres, SessionSettings) {
    auto connection = open("lock_timeout=1234&statement_timeout=60000");
    const auto shown = [&](const char* name) {
        return values<std::string>(*connection, std::string("SELECT current_setting('") + name + "')").at(0);
    };
    EXPECT_EQ(shown("TimeZone"), "UTC");
    EXPECT_EQ(shown("client_encoding"), "UTF8");
    EXPECT_EQ(shown("application_name"), "entreprinder");
    EXPECT_EQ(shown("lock_timeout"), "1234ms");
    EXPECT_EQ(shown("statement_timeout"), "1min");
    auto unprepared = open("prepare=off&lock_timeout=77&application_name=mine");
    EXPECT_EQ(values<std::string>(*unprepared,
                                  "SELECT current_setting('TimeZone') || current_setting('lock_timeout') || "
                                  "current_setting('application_name')"),
              std::vector<std::string>{"UTC77msmine"});
}

TEST_F(Postgres, WithoutPreparingNothingIsPrepared) {
    auto connection = open("prepare=off");
    const Statement one = statement("SELECT $1");
    const std::int64_t key = 5;
    Collected<std::int64_t> found(single_plan<std::int64_t>());
    connection->run(one, std::vector{param(key)}, &found.sink);
    const std::vector<Param> params{param(key)};
    connection->run_all(std::vector<Connection::Batch>{{&one, params, &found.sink}, {&one, params, &found.sink}});
    EXPECT_EQ(found.rows, (Numbers{5, 5, 5}));
    EXPECT_EQ(connection->prepared(), 0U);
    EXPECT_EQ(values<std::int64_t>(*connection, "SELECT count(*) FROM pg_prepared_statements"), Numbers{0});
}

TEST_F(Postgres, AStaleStatementIsPreparedAgain) {
    auto connection = open();
    connection->script("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
    const Statement all = statement("SELECT * FROM t");
    Collected<std::int64_t> found(single_plan<std::int64_t>());
    connection->run(all, {}, &found.sink);
    connection->script("ALTER TABLE t ALTER COLUMN id TYPE bigint");
    connection->run(all, {}, &found.sink);
    EXPECT_EQ(connection->prepared(), 2U);
    connection->script("ALTER TABLE t ALTER COLUMN id TYPE smallint");
    connection->run_all(std::vector<Connection::Batch>{{&all, {}, &found.sink}, {&all, {}, &found.sink}});
    EXPECT_EQ(found.rows, (Numbers{1, 1, 1, 1}));
    const std::string schema = values<std::string>(*connection, "SELECT current_schema()").at(0);
    connection->script("DISCARD ALL");
    connection->script("SET search_path TO " + schema);
    connection->run(all, {}, &found.sink);
    EXPECT_EQ(found.rows.size(), 5U);
}

TEST_F(Postgres, AStaleStatementInATransactionAsksForAnotherTry) {
    auto connection = open();
    auto other = open();
    connection->script("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
    const Statement all = statement("SELECT * FROM t");
    Collected<std::int64_t> found(single_plan<std::int64_t>());
    connection->run(all, {}, &found.sink);
    other->script("ALTER TABLE t ALTER COLUMN id TYPE bigint");
    connection->script("BEGIN");
    EXPECT_THROW(connection->run(all, {}, &found.sink), SerializationFailure);
    connection->script("ROLLBACK; BEGIN");
    connection->run(all, {}, &found.sink);
    connection->script("COMMIT");
    EXPECT_EQ(found.rows, (Numbers{1, 1}));
}

TEST_F(Postgres, TheSameTextWithOtherTypes) {
    auto connection = open();
    const Statement one = statement("SELECT $1");
    const std::int32_t small = 5;
    const std::int64_t big = 1LL << 40;
    Collected<std::int64_t> found(single_plan<std::int64_t>());
    connection->run(one, std::vector{param(small)}, &found.sink);
    connection->run(one, std::vector{param(big)}, &found.sink);
    EXPECT_EQ(found.rows, (Numbers{5, big}));
}

TEST_F(Postgres, CommitOfAFailedTransactionIsAnError) {
    auto connection = open();
    connection->script("BEGIN");
    EXPECT_THROW(connection->script("SELECT 1/0"), DataError);
    EXPECT_THROW(connection->run(transient("COMMIT"), {}, nullptr), DatabaseError);
    EXPECT_FALSE(connection->in_transaction());
}

TEST_F(Postgres, ALostConnection) {
    auto connection = open();
    auto killer = open();
    terminate(*killer, backend(*connection));
    EXPECT_FALSE(connection->ping());
    EXPECT_FALSE(connection->usable());
    EXPECT_THROW(connection->script("SELECT 1"), ConnectionLost);
    auto second = open();
    terminate(*killer, backend(*second));
    EXPECT_THROW(second->run(statement("SELECT 1"), {}, nullptr), ConnectionLost);
    EXPECT_FALSE(second->usable());
    auto third = open();
    const Statement one = statement("SELECT 1");
    terminate(*killer, backend(*third));
    EXPECT_THROW(third->run_all(std::vector<Connection::Batch>{{&one, {}, nullptr}, {&one, {}, nullptr}}),
                 ConnectionLost);
    EXPECT_FALSE(third->usable());
}

TEST_F(Postgres, ALostCommitIsInDoubt) {
    auto killer = open();
    for (const bool script : {true, false}) {
        auto connection = open();
        connection->script("BEGIN");
        terminate(*killer, backend(*connection));
        if (script) {
            EXPECT_THROW(connection->script("commit"), CommitInDoubt);
        } else {
            EXPECT_THROW(connection->run(statement("COMMIT"), {}, nullptr), CommitInDoubt);
        }
        EXPECT_THROW(connection->script("COMMIT"), ConnectionLost) << "it was never sent";
    }
}

TEST_F(Postgres, SerializationAndStatementTimeout) {
    auto first = open();
    auto second = open();
    first->script("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
    for (Connection* connection : {first.get(), second.get()})
        connection->script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t");
    first->script("UPDATE t SET id = 2; COMMIT");
    EXPECT_THROW(second->script("UPDATE t SET id = 3"), SerializationFailure);
    second->script("ROLLBACK; SET statement_timeout TO 10");
    EXPECT_THROW(second->script("SELECT count(*) FROM generate_series(1, 1000000000)"), StatementTimeout);
}

TEST_F(Postgres, OneOfTwoThatWaitForEachOtherIsToldSo) {
    auto first = open();
    auto second = open();
    first->script("CREATE TABLE t (id int, v int); INSERT INTO t VALUES (1, 0), (2, 0)");
    for (Connection* connection : {first.get(), second.get()}) connection->script("SET deadlock_timeout TO 10");
    first->script("BEGIN; UPDATE t SET v = 1 WHERE id = 1");
    second->script("BEGIN; UPDATE t SET v = 2 WHERE id = 2");
    const auto deadlocks = [](Connection& connection, const char* sql) {
        try {
            connection.script(sql);
            return 0;
        } catch (const Deadlock& error) {
            EXPECT_EQ(error.code, "40P01");
            connection.script("ROLLBACK");
            return 1;
        }
    };
    auto other = std::async(std::launch::async, [&] { return deadlocks(*first, "UPDATE t SET v = 1 WHERE id = 2"); });
    const int mine = deadlocks(*second, "UPDATE t SET v = 2 WHERE id = 1");
    EXPECT_EQ(mine + other.get(), 1);
}

TEST_F(Postgres, ARefusedConnectionIsConfiguration) {
    const std::string server = test_server();
    const auto slash = server.rfind('/');
    const std::string options = server.find('?') == std::string::npos ? "" : server.substr(server.find('?'));
    try {
        connect(parse_url(server.substr(0, slash) + "/no_such_database_here" + options));
        FAIL();
    } catch (const ConfigurationError& error) {
        EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("no_such_database_here"), testing::Not(HasSubstr("\n"))));
    }
    EXPECT_THROW(connect(parse_url("postgresql://h/n?nonsense=1")), ConfigurationError);
}

TEST(PostgresUnreachable, NamesHostAndPort) {
    // A bound socket that does not listen: its port refuses connections and is nobody else's.
    const int bound = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ASSERT_EQ(bind(bound, reinterpret_cast<sockaddr*>(&address), length), 0);
    ASSERT_EQ(getsockname(bound, reinterpret_cast<sockaddr*>(&address), &length), 0);
    const std::string port = std::to_string(ntohs(address.sin_port));
    try {
        connect(parse_url("postgresql://u:s3cret@127.0.0.1:" + port + "/n"));
        FAIL();
    } catch (const ConnectionLost& error) {
        EXPECT_THAT(error.what(),
                    testing::AllOf(HasSubstr("127.0.0.1"), HasSubstr(port), testing::Not(HasSubstr("\n"))));
    }
    close(bound);
}

TEST_F(Postgres, ANumberThatDoesNotFitItsColumnStopsACopy) {
    auto connection = open();
    connection->script("CREATE TABLE t (v smallint)");
    const std::int32_t number = 40'000;
    const ColumnPlan columns[] = {{0, &Described<std::int32_t>::info, nullptr, "v"}};
    const BulkRows rows{"t",     columns, 1,      [](const void* context, std::size_t) { return context; },
                        &number, nullptr, nullptr};
    EXPECT_THROW(connection->bulk_insert(rows), DataError);
    EXPECT_FALSE(connection->in_transaction());
    EXPECT_TRUE(connection->usable());
}

}  // namespace
}  // namespace orm::test
