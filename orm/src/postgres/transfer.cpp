#include <cstring>

#include "orm/errors.hpp"
#include "postgres/connection.hpp"

namespace orm::postgres {
namespace {

constexpr std::size_t copy_buffer = 256 * 1024;

std::string quoted(std::string_view name) {
    std::string result = "\"";
    for (const char c : name) {
        if (c == '"') result += '"';
        result += c;
    }
    return result += '"';
}

template <class Call>
void naming(const std::string& sql, Call&& call) {
    try {
        call();
    } catch (Error& error) {
        if (error.sql.empty()) error.sql = sql;
        throw;
    }
}

}  // namespace

void PostgresConnection::fetch_all(const RowSink& sink, const std::string& cursor, std::size_t batch) {
    const std::string fetch = "FETCH FORWARD " + std::to_string(batch) + " FROM " + cursor;
    for (bool stopped = false; !stopped;) {
        check_open();
        const Result rows =
            checked(Result(PQexecParams(connection_, fetch.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1)), fetch);
        take(rows.get(), &sink, &stopped);
        if (static_cast<std::size_t>(PQntuples(rows.get())) < batch) return;
    }
}

void PostgresConnection::stream(const Statement& statement, std::span<const Param> params, const RowSink& sink,
                                std::size_t batch) {
    naming(statement.text, [&] {
        const bool own = !in_transaction();
        if (own) command("BEGIN TRANSACTION READ ONLY");
        const std::string cursor = "orm_stream_" + std::to_string(cursors_++);
        try {
            Statement declare{"DECLARE " + cursor + " NO SCROLL CURSOR FOR " + statement.text, 0, true};
            execute(declare, params);
            fetch_all(sink, cursor, std::max<std::size_t>(batch, 1));
        } catch (...) {
            // The first error is the one to report; a failed transaction closes its cursor by itself.
            const bool failed = PQtransactionStatus(connection_) == PQTRANS_INERROR;
            if (own || !failed) const Result end(PQexec(connection_, own ? "ROLLBACK" : ("CLOSE " + cursor).c_str()));
            throw;
        }
        command(own ? "COMMIT" : ("CLOSE " + cursor).c_str());
    });
}

void PostgresConnection::send(const Statement& statement, const ParamBuffer& buffer,
                              std::vector<std::uint32_t>& preparing) {
    int sent = 0;
    if (!prepare_ || statement.transient) {
        sent = PQsendQueryParams(connection_, statement.text.c_str(), buffer.count(), buffer.types(), buffer.values(),
                                 buffer.lengths(), buffer.formats(), 1);
    } else {
        Slot& slot = slot_of(statement);
        if (!fits(slot, buffer)) {
            name_anew(slot, statement, buffer);
            if (PQsendPrepare(connection_, slot.name.c_str(), statement.text.c_str(), buffer.count(), buffer.types()) ==
                0)
                fail(nullptr, statement.text);
            slot.prepared = true;  // taken back when the answer says otherwise
            ++live_;
            preparing.push_back(statement.id);
        }
        sent = PQsendQueryPrepared(connection_, slot.name.c_str(), buffer.count(), buffer.values(), buffer.lengths(),
                                   buffer.formats(), 1);
    }
    if (sent == 0) fail(nullptr, statement.text);
}

/// Sends everything, reads everything, leaves pipeline mode. The results are those of the statements, in order;
/// `preparing` gets the statements that were prepared for it.
std::vector<Result> PostgresConnection::pipeline(std::span<const Batch> batch, std::vector<std::uint32_t>& preparing) {
    // Encoded before anything is sent: a value that cannot be sent must not leave half of the statements done.
    if (buffers_.size() < batch.size()) buffers_.resize(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i)
        naming(batch[i].statement->text, [&] { buffers_[i].encode(batch[i].params); });
    if (PQenterPipelineMode(connection_) == 0) fail(nullptr, "");
    std::vector<bool> is_prepare;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const std::size_t before = preparing.size();
        send(*batch[i].statement, buffers_[i], preparing);
        if (preparing.size() > before) is_prepare.push_back(true);
        is_prepare.push_back(false);
    }
    if (PQpipelineSync(connection_) == 0) fail(nullptr, "");
    std::vector<Result> results;
    std::size_t answer = 0, prepare = 0;
    while (PQstatus(connection_) == CONNECTION_OK) {
        Result result(PQgetResult(connection_));
        if (!result) continue;  // the end of one statement's results
        if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) break;
        const bool of_prepare = answer < is_prepare.size() && is_prepare[answer];
        ++answer;
        if (!of_prepare) {
            results.push_back(std::move(result));
            continue;
        }
        Slot& slot = slots_[preparing[prepare++]];
        if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) {
            ++prepared_;
            continue;
        }
        slot.prepared = false;
        --live_;
        // The statement's own answer will say only "aborted"; this is the error to report in its place.
        if (PQresultStatus(result.get()) != PGRES_PIPELINE_ABORTED) results.push_back(std::move(result));
    }
    PQexitPipelineMode(connection_);
    return results;
}

void PostgresConnection::run_all(std::span<const Batch> batch) {
    if (batch.size() < 2) {
        for (const Batch& item : batch) {
            const std::uint64_t before = received_;
            const std::uint64_t rows = run(*item.statement, item.params, item.sink);
            if (item.rows) *item.rows = rows;
            if (item.bytes) *item.bytes = received_ - before;
        }
        return;
    }
    for (bool again = true;; again = false) {
        check_open();
        limit_statements();
        std::vector<std::uint32_t> preparing;
        const std::vector<Result> results = pipeline(batch, preparing);
        bool stale = false;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const PGresult* result = i < results.size() ? results[i].get() : nullptr;
            const ExecStatusType status = PQresultStatus(result);
            if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) continue;
            if (result && is_stale(result)) {
                forget(slot_of(*batch[i].statement));
                stale = again && PQtransactionStatus(connection_) == PQTRANS_IDLE;
                if (stale) break;
            }
            naming(batch[i].statement->text, [&] { fail(result, batch[i].statement->text); });
        }
        if (stale) continue;  // the server rolled all of it back, and no row went out
        for (std::size_t i = 0; i < batch.size(); ++i)
            naming(batch[i].statement->text, [&] {
                const std::uint64_t before = received_;
                const std::uint64_t rows = take(results[i].get(), batch[i].sink);
                if (batch[i].rows) *batch[i].rows = rows;
                if (batch[i].bytes) *batch[i].bytes = received_ - before;
            });
        return;
    }
}

std::vector<Oid> PostgresConnection::column_types(const BulkRows& rows, const std::string& columns) {
    const std::string probe = "SELECT " + columns + " FROM " + quoted(rows.table) + " LIMIT 0";
    const Result result =
        checked(Result(PQexecParams(connection_, probe.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1)), probe);
    std::vector<Oid> types;
    for (int i = 0; i < PQnfields(result.get()); ++i) types.push_back(PQftype(result.get(), i));
    return types;
}

void PostgresConnection::put_copy(const std::string& buffer) {
    if (PQputCopyData(connection_, buffer.data(), static_cast<int>(buffer.size())) != 1) fail(nullptr, "COPY");
}

void PostgresConnection::copy_rows(const BulkRows& rows, const std::vector<Oid>& types) {
    using namespace std::string_view_literals;
    std::string buffer;
    buffer.reserve(copy_buffer + copy_buffer / 4);
    buffer += "PGCOPY\n\377\r\n\0"sv;
    put<std::int32_t>(buffer, 0);  // flags
    put<std::int32_t>(buffer, 0);  // length of the header's extension
    for (std::size_t i = 0; i < rows.count; ++i) {
        const auto* base = static_cast<const std::byte*>(rows.row(rows.context, i));
        put(buffer, static_cast<std::int16_t>(rows.columns.size()));
        for (std::size_t c = 0; c < rows.columns.size(); ++c) {
            const ColumnPlan& column = rows.columns[c];
            const void* value = base + column.offset;
            if (column.nullable) value = column.nullable->peek(value);
            const std::size_t start = buffer.size();
            put<std::int32_t>(buffer, -1);
            if (!value) continue;
            encode(buffer, types[c], *column.type, value);
            const auto length = swapped(static_cast<std::int32_t>(buffer.size() - start - 4));
            std::memcpy(buffer.data() + start, &length, sizeof length);
        }
        if (buffer.size() < copy_buffer) continue;
        put_copy(buffer);
        buffer.clear();
    }
    put<std::int16_t>(buffer, -1);
    put_copy(buffer);
}

std::uint64_t PostgresConnection::end_copy(const char* abandon, const std::string& sql) {
    if (PQputCopyEnd(connection_, abandon) != 1 && !abandon) fail(nullptr, sql);
    Result last, failed;
    while (Result result{PQgetResult(connection_)}) {
        if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR && !failed)
            failed = std::move(result);
        else
            last = std::move(result);
        if (PQstatus(connection_) != CONNECTION_OK) break;
    }
    if (abandon) return 0;
    if (failed || !last) fail(failed.get(), sql);
    return take(last.get(), nullptr);
}

std::uint64_t PostgresConnection::bulk_insert(const BulkRows& rows) {
    if (rows.count == 0) return 0;
    std::string columns;
    for (const ColumnPlan& column : rows.columns) {
        if (!columns.empty()) columns += ", ";
        columns += quoted(column.name);
    }
    const std::string sql = "COPY " + quoted(rows.table) + " (" + columns + ") FROM STDIN (FORMAT binary)";
    std::uint64_t written = 0;
    naming(sql, [&] {
        check_open();
        const std::vector<Oid> types = column_types(rows, columns);
        const Result start(PQexec(connection_, sql.c_str()));
        if (PQresultStatus(start.get()) != PGRES_COPY_IN) fail(start.get(), sql);
        try {
            copy_rows(rows, types);
        } catch (...) {
            end_copy("the client found a value that cannot be sent", sql);
            throw;
        }
        written = end_copy(nullptr, sql);
    });
    return written;
}

}  // namespace orm::postgres
