/// PostgreSQL behind orm::Connection, over libpq. open.cpp connects, connection.cpp prepares and runs, transfer.cpp
/// streams, pipelines and copies, encode.cpp and decode.cpp speak the binary formats, errors.cpp names errors.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "orm/driver.hpp"
#include "postgres/wire.hpp"

namespace orm::postgres {

struct ResultDeleter {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ResultDeleter>;

class PostgresConnection final : public Connection {
  public:
    explicit PostgresConnection(const DatabaseUrl& url);
    ~PostgresConnection() override;

    Dialect dialect() const override { return Dialect::postgres; }
    std::uint64_t run(const Statement& statement, std::span<const Param> params, const RowSink* sink) override;
    void stream(const Statement& statement, std::span<const Param> params, const RowSink& sink,
                std::size_t batch) override;
    std::int64_t insert(const Statement& statement, std::span<const Param> params) override;
    std::uint64_t bulk_insert(const BulkRows& rows) override;
    void script(std::string_view sql) override;
    void run_all(std::span<const Batch> batch) override;
    bool usable() const override;
    bool ping() noexcept override;
    bool in_transaction() const override;
    void cancel() noexcept override;

  private:
    /// A statement prepared on this connection; `name` changes whenever it is prepared anew.
    struct Slot {
        std::string name;
        std::vector<Oid> types;
        std::uint32_t generation = 0;
        bool prepared = false;
    };

    void check_open() const;
    Slot& slot_of(const Statement& statement);
    static bool fits(const Slot& slot, const ParamBuffer& buffer);
    void name_anew(Slot& slot, const Statement& statement, const ParamBuffer& buffer);
    void forget(Slot& slot);
    void limit_statements();
    /// True when `result` says that the prepared statement is gone or outdated, so that preparing it again helps.
    static bool is_stale(const PGresult* result);

    Result execute(const Statement& statement, std::span<const Param> params);
    std::uint64_t take(const PGresult* result, const RowSink* sink, bool* stopped = nullptr);
    /// Runs one parameterless statement of our own.
    Result command(const char* sql);
    Result checked(Result result, std::string_view sql);
    [[noreturn]] void fail(const PGresult* result, std::string_view sql);
    [[noreturn]] void fail_lost(const PGresult* result, std::string_view sql) const;

    void fetch_all(const RowSink& sink, const std::string& cursor, std::size_t batch);
    std::vector<Result> pipeline(std::span<const Batch> batch, std::vector<std::uint32_t>& preparing);
    void send(const Statement& statement, const ParamBuffer& buffer, std::vector<std::uint32_t>& preparing);
    std::vector<Oid> column_types(const BulkRows& rows, const std::string& columns);
    void copy_rows(const BulkRows& rows, const std::vector<Oid>& types);
    void put_copy(const std::string& buffer);
    std::uint64_t end_copy(const char* abandon, const std::string& sql);

    std::string where_;  ///< the URL without its password
    PGconn* connection_ = nullptr;
    PGcancel* cancel_ = nullptr;
    bool prepare_ = true;
    bool broken_ = false;
    std::vector<Slot> slots_;  ///< by Statement::id
    std::size_t live_ = 0;
    std::uint32_t cursors_ = 0;
    ParamBuffer buffer_;
    std::vector<ParamBuffer> buffers_;  ///< of run_all()
};

/// Opens with the settings of the design; `cancel` is what another thread stops a statement with.
PGconn* open(const DatabaseUrl& url);
/// Throws the type of errors.hpp that fits the result's SQLSTATE.
[[noreturn]] void fail_result(const PGresult* result);
/// One line of a message of libpq.
std::string one_line(std::string_view message);

}  // namespace orm::postgres
