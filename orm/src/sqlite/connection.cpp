#include "sqlite/connection.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "decoding.hpp"
#include "monitor/counting.hpp"
#include "orm/errors.hpp"

namespace orm::sqlite {
namespace {

/// Statements kept per connection; the least recently used ones go first.
constexpr std::size_t most_statements = 1000;

/// True when nothing but blanks, semicolons and comments follow.
bool is_blank(std::string_view sql) {
    while (!sql.empty()) {
        if (const auto start = sql.find_first_not_of("; \t\r\n"); start != 0) {
            sql.remove_prefix(std::min(start, sql.size()));
        } else if (sql.starts_with("--")) {
            sql.remove_prefix(std::min(sql.find('\n'), sql.size()));
        } else if (sql.starts_with("/*")) {
            const auto end = sql.find("*/", 2);
            sql.remove_prefix(end == sql.npos ? sql.size() : end + 2);
        } else {
            return false;
        }
    }
    return true;
}

std::string quoted(std::string_view name) {
    std::string result = "\"";
    for (const char c : name) {
        if (c == '"') result += '"';
        result += c;
    }
    return result += '"';
}

}  // namespace

/// A statement in use: resets it (or finalises a transient one) at the end, also when an exception passes.
class SqliteConnection::Execution {
  public:
    Execution(SqliteConnection& connection, const Statement& statement) : connection_(connection) {
        if (statement.transient) {
            handle_ = connection.prepare(statement.text, false);
        } else {
            if (statement.id >= connection.slots_.size())
                connection.slots_.resize(std::max<std::size_t>(statement.id + 1, connection.slots_.size() * 2));
            Slot& slot = connection.slots_[statement.id];
            if (slot.busy) {  // a callback of this statement's rows runs it again
                handle_ = connection.prepare(statement.text, false);
            } else {
                if (!slot.handle) {
                    if (connection.live_ >= most_statements) connection.evict();
                    slot.handle = connection.prepare(statement.text, true);
                    ++connection.live_;
                }
                slot.last_use = ++connection.uses_;
                slot.busy = true;
                handle_ = slot.handle;
                slot_ = statement.id;
            }
        }
        ++connection.depth_;
    }
    ~Execution() {
        --connection_.depth_;
        if (slot_ == none) {
            sqlite3_finalize(handle_);
        } else {
            sqlite3_reset(handle_);
            connection_.slots_[slot_].busy = false;
        }
    }
    Execution(const Execution&) = delete;
    Execution& operator=(const Execution&) = delete;
    sqlite3_stmt* handle() const { return handle_; }

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    SqliteConnection& connection_;
    sqlite3_stmt* handle_ = nullptr;
    std::size_t slot_ = none;
};

SqliteConnection::~SqliteConnection() {
    for (const Slot& slot : slots_) sqlite3_finalize(slot.handle);
    sqlite3_close_v2(database_);
}

sqlite3_stmt* SqliteConnection::prepare(std::string_view sql, bool persistent) {
    sqlite3_stmt* handle = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                        persistent ? SQLITE_PREPARE_PERSISTENT : 0U, &handle, &tail);
    if (code != SQLITE_OK) fail(code);
    if (!handle) throw ProgrammingError("the statement is empty");
    if (!is_blank(sql.substr(static_cast<std::size_t>(tail - sql.data())))) {
        sqlite3_finalize(handle);
        throw ProgrammingError("more than one statement in one text; use script()");
    }
    ++prepared_;
    return handle;
}

void SqliteConnection::evict() {
    std::vector<std::uint64_t> ages;
    for (const Slot& slot : slots_)
        if (slot.handle && !slot.busy) ages.push_back(slot.last_use);
    if (ages.empty()) return;
    const auto middle = ages.begin() + static_cast<std::ptrdiff_t>(ages.size() / 4);
    std::nth_element(ages.begin(), middle, ages.end());
    for (Slot& slot : slots_) {
        if (!slot.handle || slot.busy || slot.last_use > *middle) continue;
        sqlite3_finalize(std::exchange(slot.handle, nullptr));
        --live_;
    }
}

void SqliteConnection::bind_all(sqlite3_stmt* handle, std::span<const Param> params) {
    if (const int expected = sqlite3_bind_parameter_count(handle); expected != static_cast<int>(params.size()))
        throw UsageError("the statement takes " + std::to_string(expected) + " parameters, " +
                         std::to_string(params.size()) + " were given");
    if (params.empty()) return;
    const bool nested = depth_ > 1;  // an outer statement still reads the scratch
    if (!nested) {
        scratch_.start();
        scratch_.reserve(params.size());
    }
    int index = 0;
    for (const Param& param : params) {
        ++index;
        if (const int code = bind(handle, index, *param.type, param.value, scratch_, nested); code != SQLITE_OK)
            fail(code);
    }
}

std::uint64_t SqliteConnection::execute(const Statement& statement, std::span<const Param> params,
                                        const RowSink* sink) {
    const Execution execution(*this, statement);
    sqlite3_stmt* handle = execution.handle();
    bind_all(handle, params);
    const bool reads = sqlite3_stmt_readonly(handle) != 0;
    const std::int64_t before = reads ? 0 : sqlite3_total_changes64(database_);
    const bool counting = monitor::heard();
    std::uint64_t rows = 0;
    bool first = true;
    int code = 0;
    while ((code = sqlite3_step(handle)) == SQLITE_ROW) {
        ++rows;
        if (!sink) continue;
        if (first) {
            first = false;
            if (sqlite3_column_count(handle) != static_cast<int>(sink->plan->columns.size()))
                decoding::fail_columns(sink->plan->columns.size(), sqlite3_column_count(handle));
        }
        decoding::row(
            *sink->plan, sink->next(sink->context), [&](int index) { return cell(handle, index); },
            [&](const Cell& found, const ColumnPlan& column, void* target) {
                decode(found, column, target);
                if (counting)
                    received_ += found.stored == SQLITE_TEXT || found.stored == SQLITE_BLOB
                                     ? static_cast<std::uint64_t>(sqlite3_value_bytes(found.value))
                                     : 8;
            });
        if (sink->done && !sink->done(sink->context)) return rows;
    }
    if (code != SQLITE_DONE) {
        if (code == SQLITE_CONSTRAINT_FOREIGNKEY && reads && in_transaction()) fail_at_commit();
        fail(code);
    }
    if (reads || sqlite3_column_count(handle) > 0) return rows;
    return sqlite3_total_changes64(database_) == before ? 0 : static_cast<std::uint64_t>(sqlite3_changes64(database_));
}

std::uint64_t SqliteConnection::run(const Statement& statement, std::span<const Param> params, const RowSink* sink) {
    try {
        return execute(statement, params, sink);
    } catch (Error& error) {
        if (error.sql.empty()) error.sql = statement.text;
        throw;
    }
}

void SqliteConnection::stream(const Statement& statement, std::span<const Param> params, const RowSink& sink,
                              std::size_t) {
    run(statement, params, &sink);
}

std::int64_t SqliteConnection::insert(const Statement& statement, std::span<const Param> params) {
    try {
        const Execution execution(*this, statement);
        sqlite3_stmt* handle = execution.handle();
        bind_all(handle, params);
        const std::int64_t before = sqlite3_total_changes64(database_);
        std::int64_t key = 0;
        bool returned = false;
        int code = 0;
        while ((code = sqlite3_step(handle)) == SQLITE_ROW) {
            key = sqlite3_column_int64(handle, 0);
            returned = true;
        }
        if (code != SQLITE_DONE) fail(code);
        if (returned) return key;
        // ON CONFLICT DO NOTHING leaves the key of an earlier row behind.
        return sqlite3_total_changes64(database_) == before ? 0 : sqlite3_last_insert_rowid(database_);
    } catch (Error& error) {
        if (error.sql.empty()) error.sql = statement.text;
        throw;
    }
}

std::uint64_t SqliteConnection::bulk_insert(const BulkRows& rows) {
    if (rows.count == 0) return 0;
    Statement statement{"INSERT INTO " + quoted(rows.table) + " (", 0, true};
    std::string marks;
    for (const ColumnPlan& column : rows.columns) {
        if (!marks.empty()) statement.text += ", ", marks += ", ";
        statement.text += quoted(column.name);
        marks += "?";
    }
    statement.text += ") VALUES (" + marks + ")";
    if (rows.columns.empty()) statement.text = "INSERT INTO " + quoted(rows.table) + " DEFAULT VALUES";
    try {
        const Execution execution(*this, statement);
        sqlite3_stmt* handle = execution.handle();
        const bool nested = depth_ > 1;
        if (!nested) scratch_.reserve(rows.columns.size());
        for (std::size_t i = 0; i < rows.count; ++i) {
            const auto* base = static_cast<const std::byte*>(rows.row(rows.context, i));
            if (!nested) scratch_.start();
            int index = 0;
            for (const ColumnPlan& column : rows.columns) {
                const void* value = base + column.offset;
                if (column.nullable) value = column.nullable->peek(value);
                const int code = bind(handle, ++index, *column.type, value, scratch_, nested);
                if (code != SQLITE_OK) fail(code);
            }
            if (const int code = sqlite3_step(handle); code != SQLITE_DONE) fail(code);
            if (rows.generated) rows.generated(rows.generated_context, i, sqlite3_last_insert_rowid(database_));
            sqlite3_reset(handle);
        }
    } catch (Error& error) {
        if (error.sql.empty()) error.sql = statement.text;
        throw;
    }
    return rows.count;
}

void SqliteConnection::script(std::string_view sql) {
    const std::string text(sql);
    const char* at = text.c_str();
    const char* end = at + text.size();
    try {
        while (at < end && !is_blank({at, static_cast<std::size_t>(end - at)})) {
            sqlite3_stmt* handle = nullptr;
            int code = sqlite3_prepare_v3(database_, at, static_cast<int>(end - at), 0, &handle, &at);
            if (code != SQLITE_OK) fail(code);
            if (!handle) break;
            while ((code = sqlite3_step(handle)) == SQLITE_ROW) {
            }
            const bool commit = code == SQLITE_CONSTRAINT_FOREIGNKEY && sqlite3_stmt_readonly(handle) != 0;
            sqlite3_finalize(handle);
            if (code == SQLITE_DONE) continue;
            if (commit && in_transaction()) fail_at_commit();
            fail(code);
        }
    } catch (Error& error) {
        if (error.sql.empty()) error.sql = text;
        throw;
    }
}

void SqliteConnection::run_all(std::span<const Batch> batch) {
    const bool own = !in_transaction() && batch.size() > 1;
    bool reads = true;
    if (own) {
        for (const Batch& item : batch)
            reads = reads && sqlite3_stmt_readonly(Execution(*this, *item.statement).handle()) != 0;
        script(reads ? "BEGIN" : "BEGIN IMMEDIATE");
    }
    try {
        for (const Batch& item : batch) {
            const std::uint64_t before = received_;
            const std::uint64_t rows = run(*item.statement, item.params, item.sink);
            if (item.rows) *item.rows = rows;
            if (item.bytes) *item.bytes = received_ - before;
        }
        if (own) script("COMMIT");
    } catch (...) {
        if (own && in_transaction()) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
        throw;
    }
}

bool SqliteConnection::ping() noexcept {
    return usable_ && sqlite3_exec(database_, "SELECT 1", nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::unique_ptr<Connection> connect(const DatabaseUrl& url) {
    return std::make_unique<SqliteConnection>(url);
}

}  // namespace orm::sqlite
