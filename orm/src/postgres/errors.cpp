#include "orm/errors.hpp"

#include <string>

#include "postgres/connection.hpp"

namespace orm::postgres {
namespace {

std::string field(const PGresult* result, int which) {
    const char* text = result ? PQresultErrorField(result, which) : nullptr;
    return text ? text : "";
}

/// The columns of `Key (a, "B c")=(…) …`; the words around them depend on the server's language.
std::vector<std::string> key_columns(std::string_view detail) {
    std::vector<std::string> columns;
    const auto start = detail.find('(');
    const auto end = detail.find(")=(");
    if (start == detail.npos || end == detail.npos || end < start) return columns;
    std::string column;
    int depth = 0;
    bool quoted = false;
    for (const char c : detail.substr(start + 1, end - start - 1)) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && depth == 0 && !quoted) {
            columns.push_back(std::exchange(column, {}));
        } else if (c != ' ' || !column.empty()) {
            depth += !quoted && c == '(' ? 1 : !quoted && c == ')' ? -1 : 0;
            column += c;
        }
    }
    columns.push_back(column);
    return columns;
}

template <class Type>
[[noreturn]] void fail_as(const std::string& message, const std::string& code) {
    Type error(message);
    error.code = code;
    throw error;
}

template <class Type>
[[noreturn]] void fail_integrity(const std::string& message, const std::string& code, const PGresult* result) {
    Type error(message);
    error.code = code;
    error.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
    error.table = field(result, PG_DIAG_TABLE_NAME);
    if (const std::string column = field(result, PG_DIAG_COLUMN_NAME); !column.empty()) {
        error.fields = {column};
    } else {
        error.fields = key_columns(field(result, PG_DIAG_MESSAGE_DETAIL));
    }
    throw error;
}

}  // namespace

std::string one_line(std::string_view message) {
    std::string result;
    while (!message.empty()) {
        const auto end = std::min(message.find('\n'), message.size());
        std::string_view line = message.substr(0, end);
        message.remove_prefix(std::min(end + 1, message.size()));
        const auto start = line.find_first_not_of(" \t\r");
        if (start == line.npos || line.find("LOCATION:  ") != line.npos) continue;
        if (!result.empty()) result += "; ";
        result += line.substr(start);
    }
    return result;
}

void fail_result(const PGresult* result) {
    const std::string code = field(result, PG_DIAG_SQLSTATE);
    std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);  // the detail holds values: it stays out of messages
    if (message.empty()) message = one_line(result ? PQresultErrorMessage(result) : "no answer from the server");
    const auto in_class = [&](std::string_view prefix) { return code.starts_with(prefix); };
    if (code == "23505") fail_integrity<UniqueViolation>(message, code, result);
    if (code == "23503" || code == "23001") fail_integrity<ForeignKeyViolation>(message, code, result);
    if (code == "23514") fail_integrity<CheckViolation>(message, code, result);
    if (code == "23502") fail_integrity<NotNullViolation>(message, code, result);
    if (in_class("23")) fail_integrity<IntegrityError>(message, code, result);
    if (in_class("22")) fail_as<DataError>(message, code);
    if (in_class("42") || in_class("0A")) fail_as<ProgrammingError>(message, code);
    if (code == "40001") fail_as<SerializationFailure>(message, code);
    if (code == "40P01") fail_as<Deadlock>(message, code);
    if (code == "55P03") fail_as<LockTimeout>(message, code);
    if (code == "57014") fail_as<StatementTimeout>(message, code);
    if (code == "53100") fail_as<DiskFull>(message, code);
    if (in_class("08") || in_class("57P")) fail_as<ConnectionLost>(message, code);
    if (code == "XX001" || code == "XX002") fail_as<DatabaseCorrupt>(message, code);
    if (in_class("25") || in_class("2D")) fail_as<DatabaseError>(message, code);
    fail_as<OperationalError>(message, code);
}

}  // namespace orm::postgres
