/// SQLite behind orm::Connection. connection.cpp opens and runs, bind.cpp and decode.cpp move values, errors.cpp names
/// errors.
#pragma once

#include <sqlite3.h>

#include <deque>
#include <string>
#include <vector>

#include "orm/driver.hpp"

namespace orm::sqlite {

/// Throws the type of errors.hpp that fits `code` (extended) and SQLite's message.
[[noreturn]] void fail(sqlite3* database, int code, const std::string& path);
/// Why `path` cannot be opened, in one line.
std::string explain_cannot_open(const std::string& path, int system_error);

/// Adds orm_upper(text): SQLite's own knows ASCII only, PostgreSQL's all of Unicode. What differs in case alone is the
/// same in upper case, on both: ς and σ are Σ.
void add_functions(sqlite3* database);
void add_json_functions(sqlite3* database);
void add_json_order(sqlite3* database);
void add_search_functions(sqlite3* database);
void add_list_functions(sqlite3* database);
void add_date_functions(sqlite3* database);
void add_duration_functions(sqlite3* database);
void add_text_functions(sqlite3* database);
void add_fit_functions(sqlite3* database);
void add_cast_functions(sqlite3* database);
void add_decimal_functions(sqlite3* database);

/// A vector as JSON text (decimals, times, dates and enumerators as strings), and back.
void write_array(std::string& out, const TypeInfo& type, const void* vector);
void write_json_string(std::string& out, std::string_view text);
void read_array(std::string_view text, const TypeInfo& type, void* vector, std::string_view column);

/// One column of the current row. SQLite locks and checks per sqlite3_column_… call, so the value is fetched once;
/// without mutexes (SQLITE_OPEN_NOMUTEX) a column's value may be read in place.
struct Cell {
    sqlite3_value* value;
    int stored;  ///< SQLITE_INTEGER, …
    bool null;
};
inline Cell cell(sqlite3_stmt* statement, int index) {
    sqlite3_value* value = sqlite3_column_value(statement, index);
    const int stored = sqlite3_value_type(value);
    return {value, stored, stored == SQLITE_NULL};
}
/// Decodes a value that is not NULL; `decode` has the commonest cases in line: whole numbers were a twentieth of a full
/// row's instructions when they went through decode_any.
void decode_any(const Cell& cell, const ColumnPlan& column, void* target);
inline void decode(const Cell& cell, const ColumnPlan& column, void* target) {
    const Kind kind = column.type->kind;
    if (cell.stored == SQLITE_INTEGER) {
        const std::int64_t value = sqlite3_value_int64(cell.value);
        if (kind == Kind::int64) {
            *static_cast<std::int64_t*>(target) = value;
            return;
        }
        if (kind == Kind::int32 && value == static_cast<std::int32_t>(value)) {
            *static_cast<std::int32_t*>(target) = static_cast<std::int32_t>(value);
            return;
        }
        if (kind == Kind::boolean && (value == 0 || value == 1)) {
            *static_cast<bool*>(target) = value == 1;
            return;
        }
    } else if (kind == Kind::text && cell.stored == SQLITE_TEXT) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(cell.value));
        static_cast<std::string*>(target)->assign(text, static_cast<std::size_t>(sqlite3_value_bytes(cell.value)));
        return;
    }
    decode_any(cell, column, target);
}
void decode_text(std::string_view text, const TypeInfo& type, void* target, std::string_view column);

/// Texts of parameters that do not lie in memory as SQLite keeps them, alive until the statement ends.
class Scratch {
  public:
    void start() { arrays_used_ = 0; }
    /// Room for one short value of each of `count` parameters.
    void reserve(std::size_t count);
    char* slot(int index);
    std::string& array();

  private:
    std::vector<char> slots_;
    std::deque<std::string> arrays_;
    std::size_t arrays_used_ = 0;
};

/// Binds the value at `value` (null: NULL) to parameter `index` (from 1). With `copy` SQLite keeps its own copy.
int bind(sqlite3_stmt* statement, int index, const TypeInfo& type, const void* value, Scratch& scratch, bool copy);

class SqliteConnection final : public Connection {
  public:
    explicit SqliteConnection(const DatabaseUrl& url);
    ~SqliteConnection() override;

    Dialect dialect() const override { return Dialect::sqlite; }
    std::uint64_t run(const Statement& statement, std::span<const Param> params, const RowSink* sink) override;
    void stream(const Statement& statement, std::span<const Param> params, const RowSink& sink, std::size_t) override;
    std::int64_t insert(const Statement& statement, std::span<const Param> params) override;
    std::uint64_t bulk_insert(const BulkRows& rows) override;
    void script(std::string_view sql) override;
    void run_all(std::span<const Batch> batch) override;
    bool usable() const override { return usable_; }
    bool ping() noexcept override;
    bool in_transaction() const override { return sqlite3_get_autocommit(database_) == 0; }
    void cancel() noexcept override { sqlite3_interrupt(database_); }

  private:
    struct Slot {
        sqlite3_stmt* handle = nullptr;
        std::uint64_t last_use = 0;
        bool busy = false;
    };
    class Execution;

    void open();
    void configure();
    void use_wal();
    sqlite3_stmt* prepare(std::string_view sql, bool persistent);
    void evict();
    void bind_all(sqlite3_stmt* handle, std::span<const Param> params);
    std::uint64_t execute(const Statement& statement, std::span<const Param> params, const RowSink* sink);
    [[noreturn]] void fail(int code);
    [[noreturn]] void fail_open(int code);
    [[noreturn]] void fail_at_commit();

    std::string path_;
    std::chrono::milliseconds lock_timeout_;
    sqlite3* database_ = nullptr;
    std::vector<Slot> slots_;  ///< by Statement::id
    std::size_t live_ = 0;     ///< slots with a handle
    std::uint64_t uses_ = 0;
    int depth_ = 0;  ///< statements being stepped; more than one when a row's callback runs another
    bool usable_ = true;
    Scratch scratch_;
};

}  // namespace orm::sqlite
