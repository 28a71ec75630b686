#include "migrations/live.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace orm::migrations {

LiveSchema read_live_sqlite(Connection& connection);
LiveSchema read_live_postgres(Connection& connection, const std::string& schema);

LiveSchema read_live(Connection& connection, const std::string& schema) {
    return connection.dialect() == Dialect::sqlite ? read_live_sqlite(connection)
                                                   : read_live_postgres(connection, schema);
}

const LiveColumn* LiveTable::find(std::string_view column) const {
    auto found = std::ranges::find(columns, column, &LiveColumn::name);
    return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> facts(const LiveTable& table, bool names) {
    std::vector<std::string> result;
    for (const LiveColumn& column : table.columns)
        result.push_back(
            fmt::format("column {} {}{}{}{}", column.name, column.type, column.null ? " NULL" : " NOT NULL",
                        column.identity ? " identity" : "",
                        column.default_sql.empty() || column.identity ? "" : " DEFAULT " + column.default_sql));
    if (!table.primary_key.empty())
        result.push_back(fmt::format("primary key ({})", fmt::join(table.primary_key, ", ")));
    for (const LiveKey& key : table.foreign_keys)
        result.push_back(fmt::format("foreign key {} -> {}.{}{}{}", key.column, key.target.table, key.target.column,
                                     key.deferred ? " deferred" : "", key.valid ? "" : " NOT VALID"));
    for (const LiveIndex& index : table.indexes) {
        bool named = names && !(index.unique && index.plain && index.columns.size() == 1);
        result.push_back(fmt::format("{} {}{}{}", index.constraint ? "unique constraint" : "index",
                                     named ? index.name + " " : "", index.definition, index.valid ? "" : " INVALID"));
    }
    for (const LiveCheck& check : table.checks)
        result.push_back(fmt::format("check {}{}{}", names && !check.name.empty() ? check.name + " " : "",
                                     check.definition, check.valid ? "" : " NOT VALID"));
    for (const std::string& trigger : table.triggers) result.push_back("trigger " + trigger);
    std::ranges::sort(result);
    return result;
}

std::string describe(const LiveSchema& schema, bool names) {
    std::string result;
    for (const auto& [name, table] : schema) {
        result += name + "\n";
        for (const std::string& fact : facts(table, names)) result += "    " + fact + "\n";
    }
    return result;
}

std::string column_problem(const LiveColumn* there, const ColumnShape& wanted) {
    if (!there) return "is missing";
    if (there->type != wanted.type) return "is " + there->type + " instead of " + wanted.type;
    if (there->null != wanted.null) return there->null ? "may be NULL" : "may not be NULL";
    return {};
}

}  // namespace orm::migrations
