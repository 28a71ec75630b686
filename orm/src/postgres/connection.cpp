#include "postgres/connection.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>

#include "decoding.hpp"
#include "monitor/counting.hpp"
#include "orm/errors.hpp"

namespace orm::postgres {
namespace {

/// Statements kept per connection; beyond, all are dropped and prepared again as they come.
constexpr std::size_t most_statements = 1000;

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Whether `sql` has COMMIT or END as a word. A string with such a word makes a lost connection look worse than it is.
bool may_commit(std::string_view sql) {
    for (std::size_t at = 0; at < sql.size();) {
        if (!is_word(sql[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < sql.size() && is_word(sql[end])) ++end;
        const auto matches = [&](std::string_view word) {
            return end - at == word.size() &&
                   std::equal(word.begin(), word.end(), sql.begin() + static_cast<std::ptrdiff_t>(at),
                              [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
        };
        if (matches("commit") || (matches("end") && at == 0)) return true;
        at = end;
    }
    return false;
}

bool ok(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
}

}  // namespace

PostgresConnection::PostgresConnection(const DatabaseUrl& url)
    : where_(url.display), connection_(open(url)), cancel_(PQgetCancel(connection_)), prepare_(url.prepare) {}

PostgresConnection::~PostgresConnection() {
    PQfreeCancel(cancel_);
    PQfinish(connection_);
}

bool PostgresConnection::usable() const {
    if (broken_ || PQstatus(connection_) != CONNECTION_OK) return false;
    const PGTransactionStatusType status = PQtransactionStatus(connection_);
    return status != PQTRANS_ACTIVE && status != PQTRANS_UNKNOWN;
}

bool PostgresConnection::in_transaction() const {
    const PGTransactionStatusType status = PQtransactionStatus(connection_);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

bool PostgresConnection::ping() noexcept {
    if (!usable()) return false;
    const Result result(PQexec(connection_, ""));
    if (PQresultStatus(result.get()) == PGRES_EMPTY_QUERY) return true;
    broken_ = true;
    return false;
}

void PostgresConnection::cancel() noexcept {
    char reason[256];
    PQcancel(cancel_, reason, sizeof reason);
}

void PostgresConnection::check_open() const {
    if (broken_ || PQstatus(connection_) != CONNECTION_OK) [[unlikely]]
        throw ConnectionLost("PostgreSQL '" + where_ + "': the connection was lost before");
}

void PostgresConnection::fail_lost(const PGresult* result, std::string_view sql) const {
    const char* said = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
    const std::string reason = said ? said : one_line(PQerrorMessage(connection_));
    const char* code = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    const std::string place = "PostgreSQL '" + where_ + "': ";
    if (may_commit(sql)) {
        CommitInDoubt error(place + "COMMIT was sent and its answer lost; it may have happened (" + reason + ")");
        error.code = code ? code : "";
        throw error;
    }
    ConnectionLost error(place + reason);
    error.code = code ? code : "";
    throw error;
}

void PostgresConnection::fail(const PGresult* result, std::string_view sql) {
    if (PQstatus(connection_) != CONNECTION_OK) {
        broken_ = true;
        fail_lost(result, sql);
    }
    if (!result) throw OperationalError(one_line(PQerrorMessage(connection_)));
    if (is_stale(result)) {
        SerializationFailure error("the schema or the session changed under this transaction; run it again (" +
                                   one_line(PQresultErrorMessage(result)) + ")");
        error.code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        throw error;
    }
    fail_result(result);
}

Result PostgresConnection::checked(Result result, std::string_view sql) {
    if (!ok(result.get())) [[unlikely]]
        fail(result.get(), sql);
    return result;
}

Result PostgresConnection::command(const char* sql) {
    check_open();
    return checked(Result(PQexec(connection_, sql)), sql);
}

PostgresConnection::Slot& PostgresConnection::slot_of(const Statement& statement) {
    if (statement.id >= slots_.size()) slots_.resize(std::max<std::size_t>(statement.id + 1, slots_.size() * 2));
    return slots_[statement.id];
}

bool PostgresConnection::fits(const Slot& slot, const ParamBuffer& buffer) {
    return slot.prepared && slot.types == buffer.type_list();
}

void PostgresConnection::name_anew(Slot& slot, const Statement& statement, const ParamBuffer& buffer) {
    if (slot.prepared) forget(slot);
    slot.name = "s" + std::to_string(statement.id) + "_" + std::to_string(slot.generation++);
    slot.types = buffer.type_list();
}

/// In a failed transaction the server keeps the old one until the connection ends; its name is not used again.
void PostgresConnection::forget(Slot& slot) {
    if (!std::exchange(slot.prepared, false)) return;
    --live_;
    if (PQtransactionStatus(connection_) != PQTRANS_IDLE || PQpipelineStatus(connection_) != PQ_PIPELINE_OFF) return;
    const Result result(PQexec(connection_, ("DEALLOCATE " + slot.name).c_str()));
}

void PostgresConnection::limit_statements() {
    if (live_ < most_statements || PQtransactionStatus(connection_) == PQTRANS_INERROR) return;
    command("DEALLOCATE ALL");
    for (Slot& slot : slots_) slot.prepared = false;
    live_ = 0;
}

bool PostgresConnection::is_stale(const PGresult* result) {
    const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!code) return false;
    if (std::strcmp(code, "26000") == 0) return true;  // DISCARD ALL, or another server behind a proxy
    if (std::strcmp(code, "0A000") != 0) return false;
    const char* function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);  // the message may be translated
    return function && std::strcmp(function, "RevalidateCachedQuery") == 0;
}

Result PostgresConnection::execute(const Statement& statement, std::span<const Param> params) {
    check_open();
    buffer_.encode(params);
    if (!prepare_ || statement.transient)
        return checked(Result(PQexecParams(connection_, statement.text.c_str(), buffer_.count(), buffer_.types(),
                                           buffer_.values(), buffer_.lengths(), buffer_.formats(), 1)),
                       statement.text);
    for (bool again = true;; again = false) {
        Slot* slot = &slot_of(statement);
        if (!fits(*slot, buffer_)) [[unlikely]] {
            limit_statements();
            name_anew(*slot, statement, buffer_);
            checked(Result(PQprepare(connection_, slot->name.c_str(), statement.text.c_str(), buffer_.count(),
                                     buffer_.types())),
                    statement.text);
            slot->prepared = true;
            ++live_;
            ++prepared_;
        }
        Result result(PQexecPrepared(connection_, slot->name.c_str(), buffer_.count(), buffer_.values(),
                                     buffer_.lengths(), buffer_.formats(), 1));
        if (ok(result.get())) [[likely]]
            return result;
        if (result && is_stale(result.get())) {
            forget(*slot);
            if (again && PQtransactionStatus(connection_) == PQTRANS_IDLE) continue;
        }
        fail(result.get(), statement.text);
    }
}

std::uint64_t PostgresConnection::take(const PGresult* result, const RowSink* sink, bool* stopped) {
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        const std::string_view count = PQcmdTuples(const_cast<PGresult*>(result));
        std::uint64_t rows = 0;
        std::from_chars(count.data(), count.data() + count.size(), rows);
        return rows;
    }
    const int rows = PQntuples(result);
    if (!sink || rows == 0) return static_cast<std::uint64_t>(rows);
    const RowPlan& plan = *sink->plan;
    const int columns = PQnfields(result);
    if (columns != static_cast<int>(plan.columns.size())) decoding::fail_columns(plan.columns.size(), columns);
    constexpr int most_on_stack = 64;
    Oid few[most_on_stack];
    std::vector<Oid> many;
    if (columns > most_on_stack) many.resize(static_cast<std::size_t>(columns));
    Oid* types = many.empty() ? few : many.data();
    for (int i = 0; i < columns; ++i) types[i] = PQftype(result, i);
    const bool counting = monitor::heard();
    struct Cell {
        int index;
        bool null;
    };
    for (int row = 0; row < rows; ++row) {
        decoding::row(
            plan, sink->next(sink->context),
            [&](int index) {
                return Cell{index, PQgetisnull(result, row, index) != 0};
            },
            [&](Cell cell, const ColumnPlan& column, void* target) {
                const int length = PQgetlength(result, row, cell.index);
                if (counting) received_ += static_cast<std::uint64_t>(length);
                decode(types[cell.index], PQgetvalue(result, row, cell.index), length, *column.type, target,
                       column.name);
            });
        if (sink->done && !sink->done(sink->context)) {
            if (stopped) *stopped = true;
            return static_cast<std::uint64_t>(row) + 1;
        }
    }
    return static_cast<std::uint64_t>(rows);
}

namespace {

/// PostgreSQL answers COMMIT of a failed transaction with the tag ROLLBACK, which must not pass for success.
void check_commit(const PGresult* result, std::string_view sql) {
    if (std::strcmp(PQcmdStatus(const_cast<PGresult*>(result)), "ROLLBACK") != 0 || !may_commit(sql)) return;
    DatabaseError error("the transaction had failed before: COMMIT rolled it back");
    error.code = "25P02";
    throw error;
}

}  // namespace

std::uint64_t PostgresConnection::run(const Statement& statement, std::span<const Param> params, const RowSink* sink) {
    try {
        const Result result = execute(statement, params);
        if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) check_commit(result.get(), statement.text);
        return take(result.get(), sink);
    } catch (Error& error) {
        if (error.sql.empty()) error.sql = statement.text;
        throw;
    }
}

std::int64_t PostgresConnection::insert(const Statement& statement, std::span<const Param> params) {
    try {
        const Result result = execute(statement, params);
        if (PQntuples(result.get()) == 0 || PQnfields(result.get()) == 0) return 0;
        constexpr TypeInfo key_type{Kind::int64};
        if (PQgetisnull(result.get(), 0, 0) != 0) decoding::fail_null(PQfname(result.get(), 0));
        std::int64_t key = 0;
        decode(PQftype(result.get(), 0), PQgetvalue(result.get(), 0, 0), PQgetlength(result.get(), 0, 0), key_type,
               &key, PQfname(result.get(), 0));
        return key;
    } catch (Error& error) {
        if (error.sql.empty()) error.sql = statement.text;
        throw;
    }
}

void PostgresConnection::script(std::string_view sql) {
    const std::string text(sql);
    try {
        const Result result = command(text.c_str());
        check_commit(result.get(), text);
    } catch (Error& error) {
        if (error.sql.empty()) error.sql = text;
        throw;
    }
}

}  // namespace orm::postgres
