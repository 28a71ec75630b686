// inspectdb: structs from tables.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

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
    if (type == "decimal") return "orm::Decimal<10, 5>";  // SQLite does not say how many digits
    return "orm::Text";
}

// Whether it is text, and not just printed as text for want of a member of its type.
bool is_text(std::string type) {
    for (char& c : type) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    while (type.ends_with("[]")) type.resize(type.size() - 2);
    return type.empty() || type.find("char") != type.npos || type.find("text") != type.npos;
}

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

/// A name that C++ takes: "class" becomes class_, "2nd name" _2nd_name.
std::string identifier(std::string name) {
    static constexpr std::array words{
        "and",      "auto",     "bool",      "break",  "case",     "catch",    "char",    "class",    "const",
        "continue", "default",  "delete",    "do",     "double",   "else",     "enum",    "explicit", "export",
        "extern",   "false",    "float",     "for",    "friend",   "goto",     "if",      "inline",   "int",
        "long",     "mutable",  "namespace", "new",    "not",      "operator", "or",      "private",  "protected",
        "public",   "register", "requires",  "return", "short",    "signed",   "sizeof",  "static",   "struct",
        "switch",   "template", "this",      "throw",  "true",     "try",      "typedef", "typename", "union",
        "unsigned", "using",    "virtual",   "void",   "volatile", "while",    "xor"};
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front()))) name.insert(0, "_");
    if (std::ranges::find(words, name) != words.end()) name += '_';
    return name;
}

/// Writes one table as a struct in its app's namespace.
class StructWriter {
  public:
    StructWriter(const LiveSchema& live, const std::set<std::string>& apps, Dialect dialect)
        : live_(live), apps_(apps), dialect_(dialect) {}

    std::string qualified(const std::string& table) const {
        const auto [app, model] = split(table, apps_);
        return identifier(app) + "::" + class_name(identifier(model));
    }

    std::string write(const LiveTable& table) const {
        const auto [app, model] = split(table.name, apps_);
        const std::string name = class_name(identifier(model));
        std::string text = fmt::format("/// The table {}.\nstruct {} {{\n", table.name, name);
        std::vector<std::string> options, remarks;
        if (app + "_" + model != table.name) options.push_back(fmt::format("orm::table(\"{}\")", table.name));
        for (const LiveColumn& column : table.columns) text += member(table, column, name, options, remarks);
        for (const LiveIndex& index : table.indexes) add_index(table, index, name, options, remarks);
        for (const LiveCheck& check : table.checks)
            if (!check.definition.starts_with("((JSON_VALID("))
                remarks.push_back(
                    fmt::format("check {}{}", check.name.empty() ? "" : check.name + " ", check.definition));
        for (const std::string& remark : remarks) text += "    // " + remark + "\n";
        const char* between = options.size() < 2 ? "" : "\n            ";
        text += fmt::format(
            "\n    static consteval auto meta() {{\n        return orm::model<\"{}\", \"{}\">({}{});\n    }}\n}};\n",
            app, model, between, fmt::join(options, options.size() < 2 ? ", " : std::string(",") + between));
        return text;
    }

  private:
    static const LiveKey* key_of(const LiveTable& table, const std::string& column) {
        const auto found = std::ranges::find(table.foreign_keys, column, &LiveKey::column);
        return found == table.foreign_keys.end() ? nullptr : &*found;
    }
    static bool alone(const LiveIndex& index, const std::string& column) {
        return index.plain && index.columns == std::vector{column};
    }
    static std::string member_of(const LiveTable& table, const std::string& column) {
        const bool key = key_of(table, column) && column.ends_with("_id") && column.size() > 3;
        return identifier(key ? column.substr(0, column.size() - 3) : column);
    }
    static std::string pointers(const LiveTable& table, const std::string& name,
                                const std::vector<std::string>& columns) {
        std::string result;
        for (const std::string& column : columns)
            result += fmt::format("{}&{}::{}", result.empty() ? "" : ", ", name, member_of(table, column));
        return result;
    }
    static bool is_json(const LiveTable& table, const std::string& column) {
        return std::ranges::any_of(table.checks, [&](const LiveCheck& check) {
            return check.definition.starts_with(fmt::format("((JSON_VALID({}) OR", quote(column)));
        });
    }
    // SQLite's keys are all alike; whoever refers to them says how wide they are.
    bool narrow_key(const LiveTable& table, const LiveColumn& column) const {
        if (dialect_ == Dialect::postgres) return column.type == "integer";
        for (const auto& [name, other] : live_)
            for (const LiveKey& key : other.foreign_keys)
                if (key.target.table == table.name && other.find(key.column)->type == "integer") return true;
        return false;
    }

    std::string member(const LiveTable& table, const LiveColumn& column, const std::string& name,
                       std::vector<std::string>& options, std::vector<std::string>& remarks) const {
        const LiveKey* key = key_of(table, column.name);
        const bool primary = table.primary_key == std::vector{column.name};
        const bool unique = std::ranges::any_of(
            table.indexes, [&](const LiveIndex& index) { return index.unique && alone(index, column.name); });
        const std::string member = member_of(table, column.name);
        std::string type = is_json(table, column.name) ? "orm::Json" : cpp_type(column);
        if (key) {
            type = fmt::format("orm::{}<{}>", unique ? "OneToOne" : "ForeignKey", qualified(key->target.table));
        } else if (primary && column.identity) {
            type = fmt::format("orm::Id<{}>", name);
            if (narrow_key(table, column)) options.emplace_back("orm::key32");
        } else if (primary) {
            options.push_back(fmt::format("orm::primary_key<&{}::{}>", name, member));
        } else if (unique) {
            options.push_back(fmt::format("orm::unique<&{}::{}>", name, member));
        }
        if (!key && type.find("orm::Text") != type.npos && !is_text(column.type))
            remarks.push_back(fmt::format("{}: no member describes the column's type, {}", member, column.type));
        if (column.type == "decimal") remarks.push_back(member + ": how many digits is a guess");
        if (member + (key ? "_id" : "") != column.name)
            remarks.push_back(fmt::format("{}: the column is called {}", member, column.name));
        const bool plain = type == "bool" || type == "double" || type.starts_with("std::int");
        if (column.null) type = "std::optional<" + type + ">";
        return fmt::format("    {} {}{};\n", type, member, plain && !column.null ? "{}" : "");
    }

    // Whether the column has what Django puts beside the index of a text on PostgreSQL.
    static bool has_patterns(const LiveTable& table, const std::string& column) {
        return std::ranges::any_of(table.indexes, [&](const LiveIndex& index) {
            return index.columns == std::vector{column} && index.definition.find("_pattern_ops") != std::string::npos;
        });
    }

    static void add_index(const LiveTable& table, const LiveIndex& index, const std::string& name,
                          std::vector<std::string>& options, std::vector<std::string>& remarks) {
        if (index.columns.size() == 1 && index.plain && (index.unique || key_of(table, index.columns[0])))
            return;                                                              // said by the member
        if (index.definition.find("_pattern_ops") != std::string::npos) return;  // comes with the column's own index
        if (!index.plain)
            remarks.push_back(fmt::format("index {}: {}", index.name, index.definition));
        else if (index.unique)
            options.push_back(fmt::format("orm::unique<{}>", pointers(table, name, index.columns)));
        else if (index.columns.size() == 1 && has_patterns(table, index.columns[0]))
            options.push_back(fmt::format("orm::db_index<{}>", pointers(table, name, index.columns)));
        else
            options.push_back(
                fmt::format("orm::index<{}>.named(\"{}\")", pointers(table, name, index.columns), index.name));
    }

    const LiveSchema& live_;
    const std::set<std::string>& apps_;
    Dialect dialect_;
};

}  // namespace

std::string inspect_database(Connection& connection, const std::vector<std::string>& tables) {
    const LiveSchema live = read_live(connection);
    for (const std::string& table : tables)
        if (!live.contains(table)) throw WrongRequest(fmt::format("the database has no table '{}'", table));
    std::set<std::string> apps;
    for (const auto& [key, when] : read_history(connection)) apps.insert(key.app);
    const StructWriter writer(live, apps, connection.dialect());
    std::map<std::string, std::string> structs;              // by app
    std::map<std::string, std::set<std::string>> mentioned;  // by app: structs to be known before the first
    const auto mention = [&](const std::string& table) {
        const std::string name = writer.qualified(table);
        mentioned[name.substr(0, name.find(':'))].insert(name.substr(name.rfind(':') + 1));
    };
    for (const auto& [name, table] : live) {
        if (!tables.empty() && std::ranges::find(tables, name) == tables.end()) continue;
        structs[identifier(split(name, apps).app)] += "\n" + writer.write(table);
        mention(name);
        for (const LiveKey& key : table.foreign_keys) mention(key.target.table);
    }
    std::string result = "#include \"orm/orm.hpp\"\n\n";
    for (const auto& [app, names] : mentioned)
        result += fmt::format("namespace {} {{\nstruct {};\n}}\n", app, fmt::join(names, ";\nstruct "));
    for (const auto& [app, text] : structs)
        result += fmt::format("\nnamespace {0} {{\n{1}\n}}  // namespace {0}\n", app, text);
    return result;
}

}  // namespace orm::migrations
