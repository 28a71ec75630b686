// inspectdb: structs from tables.
#include <fmt/format.h>

#include <algorithm>

#include "migrations/history.hpp"
#include "migrations/live.hpp"
#include "orm/migration_check.hpp"

namespace orm::migrations {

namespace {

std::string class_name(const std::string& table) {
    std::string result;
    bool upper = true;
    for (char c : table) {
        if (c == '_') {
            upper = true;
            continue;
        }
        result += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
    }
    return result;
}

std::string cpp_type(const LiveColumn& column) {
    const std::string& type = column.type;
    auto inside = [&] { return type.substr(type.find('(') + 1, type.rfind(')') - type.find('(') - 1); };
    if (type.ends_with("[]"))
        return "std::vector<" + cpp_type({column.name, type.substr(0, type.size() - 2), false, false, ""}) + ">";
    if (type.starts_with("varchar(")) return "orm::Char<" + inside() + ">";
    if (type.starts_with("numeric(") || type.starts_with("decimal(")) return "orm::Decimal<" + inside() + ">";
    if (type == "integer") return "std::int32_t";
    if (type == "bigint") return "std::int64_t";
    if (type == "smallint") return "std::int16_t";
    if (type == "boolean" || type == "bool") return "bool";
    if (type == "double precision" || type == "real") return "double";
    if (type == "timestamp with time zone" || type == "datetime") return "orm::Timestamp";
    if (type == "date") return "orm::Date";
    if (type == "jsonb") return "orm::Json";
    return "orm::Text";
}

}  // namespace

namespace {

struct TableName {
    std::string app, model;
};
/// "crush_lu_venue" is crush_lu's venue where the history knows that app; otherwise the first word is taken for the
/// app.
TableName split(const std::string& table, const std::set<std::string>& apps) {
    std::size_t length = 0;
    for (const std::string& app : apps)
        if (table.starts_with(app + "_")) length = std::max(length, app.size());
    if (length == 0) length = table.find('_');
    if (length == std::string::npos) return {"app", table};
    return {table.substr(0, length), table.substr(length + 1)};
}

}  // namespace

std::string inspect_database(Connection& connection, const std::vector<std::string>& tables) {
    LiveSchema live = read_live(connection);
    std::set<std::string> apps;
    for (const auto& [key, when] : read_history(connection)) apps.insert(key.app);
    std::string result;
    for (const auto& [name, table] : live) {
        if (!tables.empty() && std::ranges::find(tables, name) == tables.end()) continue;
        const auto [app, model] = split(name, apps);
        result += fmt::format("// Table {}.\nstruct {} {{\n", name, class_name(model));
        for (const LiveColumn& column : table.columns) {
            auto key = std::ranges::find(table.foreign_keys, column.name, &LiveKey::column);
            bool primary = table.primary_key.size() == 1 && table.primary_key.front() == column.name;
            bool unique = std::ranges::any_of(table.indexes, [&](const LiveIndex& index) {
                return index.unique && index.plain && index.columns == std::vector<std::string>{column.name};
            });
            std::string type, member = column.name, remark;
            if (key != table.foreign_keys.end()) {
                type = fmt::format("orm::{}<{}>", unique ? "OneToOne" : "ForeignKey",
                                   class_name(split(key->target.table, apps).model));
                if (member.ends_with("_id")) member.resize(member.size() - 3);
            } else if (primary && column.identity) {
                type = fmt::format("orm::Id<{}>", class_name(model));
            } else {
                type = cpp_type(column);
                if (unique) remark = "  // unique";
            }
            if (column.null) type = "std::optional<" + type + ">";
            result += fmt::format("    {} {};{}\n", type, member, remark);
        }
        for (const LiveIndex& index : table.indexes)
            if (!(index.unique && index.plain && index.columns.size() == 1))
                result += fmt::format("    // index {}: {}\n", index.name, index.definition);
        for (const LiveCheck& check : table.checks)
            result += fmt::format("    // check {}{}\n", check.name.empty() ? "" : check.name + " ", check.definition);
        result += fmt::format("    static consteval auto meta() {{ return orm::model<\"{}\", \"{}\">(); }}\n}};\n\n",
                              app, model);
    }
    return result;
}

}  // namespace orm::migrations
