/// Hand-written SQLite code in the best known way: one connection without mutexes, statements prepared once, values
/// bound where they lie and read in place.
#pragma once

#include <sqlite3.h>

#include <limits>
#include <string>

#include "by_hand/rows.hpp"

namespace bench::by_hand {

class Sqlite {
  public:
    /// The same settings as the data layer's connections.
    explicit Sqlite(const std::string& path);
    ~Sqlite();
    Sqlite(const Sqlite&) = delete;
    Sqlite& operator=(const Sqlite&) = delete;
    sqlite3* handle() const { return database_; }
    void execute(const char* sql);
    [[noreturn]] void fail() const { throw std::runtime_error(sqlite3_errmsg(database_)); }

  private:
    sqlite3* database_ = nullptr;
};

/// hand_has_all and hand_rank, see sqlite_functions.cpp.
void add_functions(sqlite3* database);

/// Reads the columns of the current row one after the other.
class SqliteReader {
  public:
    explicit SqliteReader(sqlite3_stmt* statement) : statement_(statement) {}

    void operator()(std::int64_t& out) { out = sqlite3_value_int64(some()); }
    void operator()(std::int32_t& out) {
        const std::int64_t value = sqlite3_value_int64(some());
        if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max())
            bad("beyond 32 bits");
        out = static_cast<std::int32_t>(value);
    }
    void operator()(bool& out) { out = sqlite3_value_int(some()) != 0; }
    void operator()(std::string& out) { out.assign(text(some())); }
    void operator()(orm::Json& out) { out.text.assign(text(some())); }
    void operator()(orm::Timestamp& out) { out = timestamp(text(some())); }
    void operator()(orm::Date& out) { out = date(text(some())); }
    template <class Enum>
    requires std::is_enum_v<Enum>
    void operator()(Enum& out) { out = choice<Enum>(text(some())); }
    template <class Model, class Rule>
    void operator()(orm::ForeignKey<Model, Rule>& out) {
        (*this)(out.id.value);
    }
    /// SQLite keeps a decimal as an integer, or as a double whose 15 digits are the decimal.
    template <int Digits, int Scale>
    void operator()(orm::Decimal<Digits, Scale>& out) {
        sqlite3_value* value = some();
        if (sqlite3_value_type(value) == SQLITE_INTEGER) {
            out.units = sqlite3_value_int64(value) * orm::detail::power_of_ten(Scale);
        } else {
            constexpr auto factor = static_cast<double>(orm::detail::power_of_ten(Scale));
            const double scaled = sqlite3_value_double(value) * factor;
            out.units = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            if (scaled - static_cast<double>(out.units) > 1e-4 || static_cast<double>(out.units) - scaled > 1e-4)
                bad("too many decimals");
        }
        check(out);
    }
    template <class T>
    void operator()(std::optional<T>& out) {
        if (sqlite3_value_type(sqlite3_column_value(statement_, index_)) == SQLITE_NULL) {
            ++index_;
            out.reset();
        } else {
            (*this)(out.emplace());
        }
    }
    template <std::size_t Length>
    void operator()(std::vector<orm::Char<Length>>& out) {
        out.clear();
        std::string_view json = text(some());
        // ["a","b"]: what the column holds has no escapes.
        while (true) {
            const auto open = json.find('"');
            if (open == json.npos) return;
            const auto close = json.find('"', open + 1);
            if (close == json.npos || json.substr(0, close).find('\\') != json.npos) bad("an escape");
            out.emplace_back(json.substr(open + 1, close - open - 1));
            json.remove_prefix(close + 1);
        }
    }
    bool null() const { return sqlite3_value_type(sqlite3_column_value(statement_, index_)) == SQLITE_NULL; }
    void skip(int columns) { index_ += columns; }

  private:
    sqlite3_value* some() {
        sqlite3_value* value = sqlite3_column_value(statement_, index_++);
        if (sqlite3_value_type(value) == SQLITE_NULL) bad("NULL");
        return value;
    }
    static std::string_view text(sqlite3_value* value) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
        if (!text) bad("out of memory");
        return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
    }
    sqlite3_stmt* statement_;
    int index_ = 0;
};

/// A prepared statement; `with(...)` binds, `next()` steps, `done()` resets.
class SqliteStatement {
  public:
    SqliteStatement(Sqlite& database, const std::string& sql) : database_(database) {
        if (sqlite3_prepare_v3(database.handle(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr) !=
            SQLITE_OK)
            database.fail();
    }
    ~SqliteStatement() { sqlite3_finalize(handle_); }
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    template <class... Values>
    SqliteStatement& with(const Values&... values) {
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }
    bool next() {
        const int code = sqlite3_step(handle_);
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) {
            sqlite3_reset(handle_);
            database_.fail();
        }
        return false;
    }
    void done() { sqlite3_reset(handle_); }
    void run() {
        while (next()) {
        }
        done();
    }
    SqliteReader row() const { return SqliteReader(handle_); }

  private:
    void bind(int index, std::int64_t value) { sqlite3_bind_int64(handle_, index, value); }
    void bind(int index, std::int32_t value) { sqlite3_bind_int(handle_, index, value); }
    void bind(int index, bool value) { sqlite3_bind_int(handle_, index, value); }
    void bind(int index, std::string_view value) {
        sqlite3_bind_text64(handle_, index, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
    void bind(int index, orm::Timestamp value) {
        char* text = texts_[static_cast<std::size_t>(index)].data();
        bind(index, std::string_view(text, write_timestamp(text, value)));
    }
    template <class Enum>
    requires std::is_enum_v<Enum>
    void bind(int index, Enum value) { bind(index, names<Enum>.at(static_cast<std::size_t>(value))); }
    template <class T>
    void bind(int index, const std::optional<T>& value) {
        if (value)
            bind(index, *value);
        else
            sqlite3_bind_null(handle_, index);
    }
    Sqlite& database_;
    sqlite3_stmt* handle_ = nullptr;
    std::array<std::array<char, 26>, 24> texts_;
};

}  // namespace bench::by_hand
