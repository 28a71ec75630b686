/// One connection to one database. The two implementations (src/sqlite, src/postgres) are the only places that know the
/// C libraries; everything above speaks in Statements, Params and RowSinks. A connection is used by one thread at a
/// time.
///
///     auto connection = orm::connect(orm::parse_url("sqlite:///var/app.sqlite3"));
///     connection->script("CREATE TABLE t (id integer primary key)");
///     connection->run(statement, params, &sink);
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "orm/codec.hpp"

namespace orm {

enum class Dialect : std::uint8_t { sqlite, postgres };

/// A database URL taken apart.
/// `sqlite:///relative/path`, `sqlite:////absolute/path`, `sqlite::memory:`,
/// `postgresql://user:password@host:port/name?options`. Options of ours (removed before libpq sees the URL):
/// `pool_size` (connections), `pool_timeout` (seconds), `prepare=off` (for transaction-pooling proxies),
/// `lock_timeout`, `statement_timeout` (milliseconds). Others are libpq's.
struct DatabaseUrl {
    Dialect dialect = Dialect::sqlite;
    std::string path;      ///< SQLite: file path, or ":memory:"
    std::string conninfo;  ///< PostgreSQL: what libpq gets
    std::string display;   ///< the URL without its password, for messages
    bool prepare = true;
    std::chrono::milliseconds lock_timeout{5000};    ///< SQLite: busy timeout; PostgreSQL: lock_timeout (0 = none, as
                                                     ///< with prepare=off unless the URL asks for it)
    std::chrono::milliseconds statement_timeout{0};  ///< PostgreSQL only; 0 = none
    std::size_t pool_size = 0;                       ///< 0: the default
    std::chrono::milliseconds pool_timeout{0};       ///< 0: the default
};

/// Throws ConfigurationError that says what is wrong with `url` (never repeating its password).
DatabaseUrl parse_url(std::string_view url);

/// A statement's text and its identity. Texts that a program renders once live for the whole process and are prepared
/// once per connection (at the slot `id`); `transient` ones are prepared, used and forgotten.
struct Statement {
    std::string text;
    std::uint32_t id = 0;  ///< from next_statement_id(); dense
    bool transient = false;
    std::string_view name{};  ///< see named.hpp; lives as long as the program

    static std::uint32_t next_id();
};

class Connection {
  public:
    virtual ~Connection() = default;
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    virtual Dialect dialect() const = 0;

    /// Runs one statement; rows go to `sink` (may be null). Returns the rows written, or read where it only reads.
    /// Placeholders are `$1…` (PostgreSQL) or `?1…` (SQLite). Parameters must be valid (UTF-8, no NUL): the caller
    /// checks. Throws the types of errors.hpp with `sql` set.
    virtual std::uint64_t run(const Statement& statement, std::span<const Param> params, const RowSink* sink) = 0;

    /// Like run(), in constant memory: SQLite steps; PostgreSQL reads through a cursor, `batch` rows at a time, inside
    /// the current transaction or one of its own. `sink.done` returning false ends it early.
    virtual void stream(const Statement& statement, std::span<const Param> params, const RowSink& sink,
                        std::size_t batch) = 0;

    /// Inserts one row and returns its generated key. PostgreSQL: the text ends in `RETURNING "id"`.
    virtual std::int64_t insert(const Statement& statement, std::span<const Param> params) = 0;

    /// Writes rows the fastest way there is: a binary COPY (PostgreSQL), one prepared statement (SQLite). The caller
    /// has opened a transaction. Returns the number of rows.
    virtual std::uint64_t bulk_insert(const BulkRows& rows) = 0;

    /// Runs SQL without parameters; several statements separated by semicolons are allowed. Outside of a transaction
    /// PostgreSQL takes them all as one, SQLite each by itself.
    virtual void script(std::string_view sql) = 0;

    /// Sends all statements before it reads the first answer (PostgreSQL: pipeline mode). Order of answers = order
    /// given.
    struct Batch {
        const Statement* statement;
        std::span<const Param> params;
        const RowSink* sink;
        std::uint64_t* rows = nullptr;   ///< gets what run() would return
        std::uint64_t* bytes = nullptr;  ///< gets what its rows added to received()
    };
    virtual void run_all(std::span<const Batch> batch) = 0;

    /// False once the connection is of no further use (lost, or in an unknown state). Costs no round trip.
    virtual bool usable() const = 0;
    /// Asks the server; false instead of an exception when it does not answer.
    virtual bool ping() noexcept = 0;
    virtual bool in_transaction() const = 0;
    /// Asks the running statement to stop; the only member that another thread may call.
    virtual void cancel() noexcept = 0;

    /// How many statements were prepared on this connection.
    std::uint64_t prepared() const { return prepared_; }
    /// Bytes of the values that were decoded from results while somebody listened (query_log.hpp): texts as they are,
    /// PostgreSQL's other values in its binary form, SQLite's as 8.
    std::uint64_t received() const { return received_; }

  protected:
    std::uint64_t prepared_ = 0, received_ = 0;
};

/// Opens a connection with the settings of the design: SQLite with foreign keys, WAL, busy timeout; PostgreSQL with
/// UTC, UTF-8, `application_name` and the URL's timeouts. Throws ConfigurationError (cannot open, not a database, wrong
/// credentials, unknown database) or ConnectionLost (server not reachable), each in one line that names the database.
std::unique_ptr<Connection> connect(const DatabaseUrl& url);

namespace sqlite {
std::unique_ptr<Connection> connect(const DatabaseUrl& url);
}
namespace postgres {
std::unique_ptr<Connection> connect(const DatabaseUrl& url);
}

}  // namespace orm
