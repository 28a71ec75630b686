#include "orm/errors.hpp"

#include <utility>

#include "sqlite/connection.hpp"

namespace orm::sqlite {
namespace {

/// What follows "… constraint failed: ".
std::string_view detail_of(std::string_view message) {
    constexpr std::string_view mark = "constraint failed: ";
    const auto at = message.find(mark);
    return at == message.npos ? std::string_view() : message.substr(at + mark.size());
}

/// `t.a, t.b` or `index 'name'`
void take_columns(std::string_view detail, IntegrityError& error) {
    if (detail.starts_with("index '") && detail.ends_with('\'')) {
        error.constraint = detail.substr(7, detail.size() - 8);
        return;
    }
    while (!detail.empty()) {
        const auto end = std::min(detail.find(", "), detail.size());
        const std::string_view item = detail.substr(0, end);
        detail.remove_prefix(std::min(end + 2, detail.size()));
        const auto dot = item.rfind('.');
        if (dot == item.npos) return;
        error.table = item.substr(0, dot);
        error.fields.emplace_back(item.substr(dot + 1));
    }
}

/// What SQLite's own functions say of a value has no code of its own.
bool is_about_a_value(std::string_view message) {
    return message == "integer overflow" || message == "argument of ntile must be a positive integer" ||
           message == "second argument to nth_value must be a positive integer";
}

template <class Type>
[[noreturn]] void fail_as(const std::string& message, int code) {
    Type error(message);
    error.code = std::to_string(code);
    throw error;
}

[[noreturn]] void fail_constraint(const std::string& message, int code) {
    const auto raise = [&](auto error, auto&& fill) {
        error.code = std::to_string(code);
        fill(error);
        throw error;
    };
    const std::string_view detail = detail_of(message);
    const auto columns = [&](IntegrityError& error) { take_columns(detail, error); };
    switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            raise(UniqueViolation(message), columns);
            break;
        case SQLITE_CONSTRAINT_NOTNULL:
            raise(NotNullViolation(message), columns);
            break;
        case SQLITE_CONSTRAINT_CHECK:
            raise(CheckViolation(message), [&](IntegrityError& error) { error.constraint = detail; });
            break;
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            raise(ForeignKeyViolation(message), [](IntegrityError&) {});
            break;
        case SQLITE_CONSTRAINT_DATATYPE:
            fail_as<DataError>(message, code);
        default:
            break;
    }
    fail_as<IntegrityError>(message, code);
}

}  // namespace

void fail(sqlite3* database, int code, const std::string& path) {
    if (database && sqlite3_extended_errcode(database) != SQLITE_OK) code = sqlite3_extended_errcode(database);
    const std::string message = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    const std::string named = "SQLite database '" + path + "': ";
    switch (code & 0xFF) {
        case SQLITE_CONSTRAINT:
            fail_constraint(message, code);
        case SQLITE_BUSY:
            // Another transaction wrote since this one began to read: waiting cannot help, running it again can.
            if (code == SQLITE_BUSY_SNAPSHOT)
                fail_as<SerializationFailure>(named + "another transaction wrote since this one began", code);
            fail_as<LockTimeout>(named + "another connection holds the lock (" + message + ")", code);
        case SQLITE_LOCKED:
            fail_as<LockTimeout>(named + message, code);
        case SQLITE_FULL:
            fail_as<DiskFull>(named + message, code);
        case SQLITE_NOTADB:
            fail_as<DatabaseCorrupt>(named + "the file is not a SQLite database", code);
        case SQLITE_CORRUPT:
            fail_as<DatabaseCorrupt>(named + message, code);
        case SQLITE_READONLY: {
            ConfigurationError error(
                named +
                "it is read-only (in a read-only transaction, or by the permissions of the file and its folder)");
            throw error;
        }
        case SQLITE_CANTOPEN:
            throw ConfigurationError(explain_cannot_open(path, database ? sqlite3_system_errno(database) : 0));
        case SQLITE_INTERRUPT:
            fail_as<StatementTimeout>("the statement was cancelled", code);
        case SQLITE_TOOBIG:
        case SQLITE_MISMATCH:
        case SQLITE_RANGE:
            fail_as<DataError>(message, code);
        case SQLITE_ERROR:
            if (is_about_a_value(message)) fail_as<DataError>(message, code);
            fail_as<ProgrammingError>(message, code);
        default:
            fail_as<OperationalError>(named + message, code);
    }
}

void SqliteConnection::fail(int code) {
    const int kind = code & 0xFF;
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB || kind == SQLITE_IOERR) usable_ = false;
    sqlite::fail(database_, code, path_);
}

/// SQLite's own message names nothing; the transaction is still open, so the row can be looked up.
void SqliteConnection::fail_at_commit() {
    ForeignKeyViolation error("a foreign key of the transaction refers to a row that does not exist");
    error.code = std::to_string(SQLITE_CONSTRAINT_FOREIGNKEY);
    sqlite3_stmt* handle = nullptr;
    constexpr const char* sql =
        "SELECT c.\"table\", c.parent, l.\"from\", c.rowid FROM pragma_foreign_key_check AS c "
        "JOIN pragma_foreign_key_list(c.\"table\") AS l ON l.id = c.fkid LIMIT 1";
    if (sqlite3_prepare_v2(database_, sql, -1, &handle, nullptr) == SQLITE_OK && sqlite3_step(handle) == SQLITE_ROW) {
        const auto text = [&](int index) {
            const auto* value = reinterpret_cast<const char*>(sqlite3_column_text(handle, index));
            return std::string(value ? value : "");
        };
        const auto refers = text(0) + "." + text(2) + " of row " + text(3) + " refers to a row of " + text(1);
        ForeignKeyViolation named(refers + " that does not exist");
        named.code = error.code;
        named.table = text(0);
        named.fields = {text(2)};
        error = std::move(named);
    }
    sqlite3_finalize(handle);
    throw error;
}

}  // namespace orm::sqlite
