// Reading SQLite's catalogue. Checks stand only in the text of CREATE TABLE.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "migrations/live.hpp"
#include "migrations/state.hpp"
#include "migrations/text_rows.hpp"

namespace orm::migrations {

namespace {

// The end of the quoted text or parenthesis that starts at `at`.
std::size_t skip(const std::string& sql, std::size_t at) {
    char open = sql[at];
    if (open == '\'' || open == '"' || open == '`') {
        for (++at; at < sql.size(); ++at)
            if (sql[at] == open) {
                if (at + 1 < sql.size() && sql[at + 1] == open)
                    ++at;
                else
                    return at + 1;
            }
        return sql.size();
    }
    int depth = 0;
    while (at < sql.size()) {
        char c = sql[at];
        if (c == '\'' || c == '"' || c == '`') {
            at = skip(sql, at);
            continue;
        }
        if (c == '(') ++depth;
        if (c == ')' && --depth == 0) return at + 1;
        ++at;
    }
    return sql.size();
}

std::string squeezed(std::string_view text) {
    std::string result;
    for (char c : text) {
        if (c == '\n' || c == '\t' || c == '\r') c = ' ';
        if (c == ' ' && (result.empty() || result.back() == ' ')) continue;
        result += c;
    }
    if (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

bool word_at(const std::string& lowered, std::size_t at, std::string_view word) {
    auto letter = [&](std::size_t i) {
        return i < lowered.size() && ((lowered[i] >= 'a' && lowered[i] <= 'z') || lowered[i] == '_');
    };
    return lowered.compare(at, word.size(), word) == 0 && (at == 0 || !letter(at - 1)) && !letter(at + word.size());
}

std::vector<LiveCheck> checks_of(const std::string& sql) {
    std::vector<LiveCheck> result;
    std::string lowered = lower(sql), name;
    for (std::size_t at = sql.find('(') + 1; at > 0 && at < sql.size();) {
        char c = sql[at];
        if (word_at(lowered, at, "constraint")) {
            at = sql.find_first_not_of(' ', at + 10);
            std::size_t end = sql[at] == '"' ? skip(sql, at) : sql.find(' ', at);
            name = sql.substr(at, end - at);
            std::erase(name, '"');
            at = end;
        } else if (word_at(lowered, at, "check")) {
            std::size_t open = sql.find('(', at), end = skip(sql, open);
            result.push_back({name, squeezed(std::string_view(sql).substr(open, end - open)), true});
            name.clear();
            at = end;
        } else if (c == '(' || c == '"' || c == '\'' || c == '`') {
            at = skip(sql, at);
        } else {
            if (c == ',') name.clear();
            ++at;
        }
    }
    return result;
}

void read_indexes(Connection& connection, LiveTable& table) {
    for (auto& row : text_rows(connection,
                               "SELECT name, CAST(\"unique\" AS text), origin, CAST(partial AS text) FROM "
                               "pragma_index_list(?1) ORDER BY name",
                               4, {table.name})) {
        LiveIndex index;
        index.name = row[0].value_or("");
        index.unique = row[1] == "1";
        if (row[2] == "pk") continue;
        index.plain = row[3] == "0";
        std::vector<std::string> parts;
        for (auto& part :
             text_rows(connection,
                       "SELECT name, CAST(\"desc\" AS text) FROM pragma_index_xinfo(?1) WHERE key = 1 ORDER BY seqno",
                       2, {index.name})) {
            if (part[0]) index.columns.push_back(*part[0]);
            index.plain = index.plain && part[0] && part[1] == "0";
            parts.push_back(part[0].value_or("(expression)") + (part[1] == "1" ? " DESC" : ""));
        }
        index.definition = fmt::format("{}({})", index.unique ? "UNIQUE " : "", fmt::join(parts, ", "));
        if (!index.plain)
            if (auto sql = text_value(connection, "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?1",
                                      {index.name})) {
                std::size_t on = lower(*sql).find(" on ");
                std::size_t open = sql->find('(', on);
                if (open != std::string::npos)
                    index.definition = (index.unique ? "UNIQUE " : "") + squeezed(std::string_view(*sql).substr(open));
            }
        table.indexes.push_back(index);
    }
}

}  // namespace

LiveSchema read_live_sqlite(Connection& connection) {
    LiveSchema result;
    for (auto& row : text_rows(
             connection,
             "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND "
             "name NOT IN ('django_migrations', 'entreprinder_migration_progress') ORDER BY name",
             2)) {
        LiveTable table;
        table.name = row[0].value_or("");
        const std::string sql = row[1].value_or("");
        bool autoincrement = lower(sql).find("autoincrement") != std::string::npos;
        std::map<std::string, std::string> keys;
        for (auto& column :
             text_rows(connection,
                       "SELECT name, lower(type), CAST(\"notnull\" AS text), dflt_value, CAST(pk AS text) FROM "
                       "pragma_table_info(?1)",
                       5, {table.name})) {
            bool key = column[4] != "0";
            table.columns.push_back({column[0].value_or(""), column[1].value_or(""), column[2] == "0" && !key,
                                     key && autoincrement, column[3].value_or("")});
            if (key) keys[column[4].value_or("")] = column[0].value_or("");
        }
        for (auto& [position, name] : keys) table.primary_key.push_back(name);
        for (auto& key : text_rows(connection, "SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list(?1)", 3,
                                   {table.name}))
            table.foreign_keys.push_back(
                {"", key[0].value_or(""), {key[1].value_or(""), key[2].value_or("")}, true, true});
        read_indexes(connection, table);
        table.checks = checks_of(sql);
        for (auto& trigger :
             text_rows(connection, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1", 1,
                       {table.name}))
            table.triggers.push_back(trigger[0].value_or(""));
        result.emplace(table.name, std::move(table));
    }
    for (auto& [name, table] : result)  // REFERENCES without a column means the primary key
        for (LiveKey& key : table.foreign_keys)
            if (auto target = result.find(key.target.table);
                key.target.column.empty() && target != result.end() && target->second.primary_key.size() == 1)
                key.target.column = target->second.primary_key.front();
    return result;
}

}  // namespace orm::migrations
