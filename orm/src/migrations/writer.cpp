// Migrations as C++ text, laid out as clang-format would.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "migrations/state.hpp"
#include "orm/migration_make.hpp"

namespace orm::migrations {

namespace {

using schema::Field;
using schema::Type;

constexpr std::size_t columns = 120;

std::string cpp(std::string_view text) {
    std::string result = "\"";
    for (char c : text) {
        switch (c) {
            case '"':
                result += "\\\"";
                break;
            case '\\':
                result += "\\\\";
                break;
            case '\n':
                result += "\\n";
                break;
            case '\t':
                result += "\\t";
                break;
            case '\r':
                result += "\\r";
                break;
            case '?':  // two of them may begin a trigraph, which is a warning
                result += result.back() == '?' ? "\\?" : "?";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20)
                    result += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
                else
                    result += c;
        }
    }
    return result + "\"";
}
std::string cpp_list(const std::vector<std::string>& names) {
    std::vector<std::string> quoted;
    for (const std::string& name : names) quoted.push_back(cpp(name));
    return fmt::format("{{{}}}", fmt::join(quoted, ", "));
}
std::string indent(std::size_t depth) {
    return std::string(depth, ' ');
}

// A call and what is chained to it: on one line where it fits (with `after` more characters), else one call a line.
struct Chain {
    std::string head;
    std::vector<std::string> calls;
    std::string flat() const { return head + fmt::format("{}", fmt::join(calls, "")); }
    std::string laid_out(std::size_t depth, std::size_t used, std::size_t after) const {
        if (used + flat().size() + after <= columns || calls.empty()) return flat();
        std::string result = head;
        for (const std::string& call : calls) {
            std::size_t last = &call == &calls.back() ? after : 0;
            result += "\n" + indent(depth + 4);
            result += depth + 4 + call.size() + last <= columns ? call : broken_list(call, depth + 4);
        }
        return result;
    }
    // Whether laid_out() stays within the columns without breaking a list.
    bool fits(std::size_t depth) const {
        for (const std::string& call : calls)
            if (depth + 4 + call.size() > columns) return false;
        return true;
    }
    // ".choices({{..}, {..}})" with one pair a line.
    static std::string broken_list(const std::string& call, std::size_t depth) {
        std::string result;
        std::size_t open = call.find("({");
        for (std::size_t at = 0; at < call.size(); ++at) {
            result += call[at];
            if (at > open && call.compare(at, 4, "}, {") == 0) {
                result += ",\n" + indent(depth + open + 2);
                at += 2;
            }
        }
        return result;
    }
};

std::string type_name(Type type) {
    switch (type) {
        case Type::identity32:
            return "identity32";
        case Type::identity64:
            return "identity64";
        case Type::smallint:
            return "smallint";
        case Type::integer:
            return "integer";
        case Type::bigint:
            return "bigint";
        case Type::boolean:
            return "boolean";
        case Type::double_:
            return "double_";
        case Type::decimal:
            return "decimal";
        case Type::varchar:
            return "varchar";
        case Type::text:
            return "text";
        case Type::timestamp:
            return "timestamp";
        case Type::date:
            return "date";
        case Type::json:
            return "json";
        case Type::array:
            return "array";
        case Type::foreign_key:
            return "foreign_key";
    }
    return "text";
}

std::string default_call(const Field& field) {
    const std::string& sql = *field.default_value;
    bool number = !sql.empty() && sql.size() < 19 &&
                  sql.find_first_not_of("0123456789", sql[0] == '-' ? 1 : 0) == std::string::npos && sql != "-" &&
                  (sql == "0" || (sql[0] != '0' && !sql.starts_with("-0")));
    if (number) return fmt::format(".default_to({})", sql);
    if (sql == "TRUE" || sql == "FALSE") return fmt::format(".default_to({})", sql == "TRUE" ? "true" : "false");
    if (sql.size() >= 2 && sql.front() == '\'' && sql.back() == '\'') {
        std::string text;
        bool simple = true;
        for (std::size_t i = 1; i + 1 < sql.size(); ++i) {
            if (sql[i] == '\'') {
                simple = simple && i + 2 < sql.size() && sql[i + 1] == '\'';
                ++i;
            }
            text += sql[i];
        }
        if (simple && literal(text) == sql) return fmt::format(".default_to({})", cpp(text));
    }
    return fmt::format(".default_sql({})", cpp(sql));
}

Chain chain_of(const Field& field) {
    Chain chain;
    std::string column = field.name;
    bool key_implied = field.type == Type::identity32 || field.type == Type::identity64;
    switch (field.type) {
        case Type::identity64:
            chain.head = field.name == "id" ? "id()" : fmt::format("id({})", cpp(field.name));
            break;
        case Type::identity32:
            chain.head = field.name == "id" ? "id32()" : fmt::format("id32({})", cpp(field.name));
            break;
        case Type::varchar:
            chain.head = fmt::format("varchar({}, {})", cpp(field.name), field.max_length);
            break;
        case Type::decimal:
            chain.head = fmt::format("decimal({}, {}, {})", cpp(field.name), field.digits, field.scale);
            break;
        case Type::array:
            chain.head = field.max_length > 0
                             ? fmt::format("array({}, Type::{}, {})", cpp(field.name), type_name(field.element),
                                           field.max_length)
                             : fmt::format("array({}, Type::{})", cpp(field.name), type_name(field.element));
            break;
        case Type::foreign_key:
            chain.head = fmt::format("{}({}, {})", field.one_to_one ? "one_to_one" : "foreign_key", cpp(field.name),
                                     cpp(field.to));
            column += "_id";
            break;
        default:
            chain.head = fmt::format("{}({})", type_name(field.type), cpp(field.name));
    }
    auto& calls = chain.calls;
    if (field.primary_key && !key_implied) calls.push_back(".primary_key()");
    if (field.column != column) calls.push_back(fmt::format(".column({})", cpp(field.column)));
    if (field.null) calls.push_back(".null()");
    if (field.unique) calls.push_back(".unique()");
    if (field.index) calls.push_back(".indexed()");
    if (field.auto_now) calls.push_back(".auto_now()");
    if (field.auto_now_add) calls.push_back(".auto_now_add()");
    if (field.on_delete == OnDelete::set_null) calls.push_back(".on_delete(set_null)");
    if (field.on_delete == OnDelete::protect) calls.push_back(".on_delete(protect)");
    if (field.on_delete == OnDelete::do_nothing) calls.push_back(".on_delete(do_nothing)");
    if (!field.related_name.empty()) calls.push_back(fmt::format(".related_name({})", cpp(field.related_name)));
    if (!field.choices.empty()) {
        std::vector<std::string> list;
        for (const auto& choice : field.choices)
            list.push_back(fmt::format("{{{}, {}}}", cpp(choice.value), cpp(choice.label)));
        calls.push_back(fmt::format(".choices({{{}}})", fmt::join(list, ", ")));
    }
    if (field.default_value) calls.push_back(default_call(field));
    return chain;
}

Chain chain_of(const schema::ManyToMany& join, const schema::Model& owner) {
    Chain chain{fmt::format("many_to_many({}, {})", cpp(join.name), cpp(join.to)), {}};
    schema::ManyToMany standard = default_join(owner, join.name, join.to);
    if (!join.table.empty() && join.table != standard.table)
        chain.calls.push_back(fmt::format(".table({})", cpp(join.table)));
    if (!join.from_column.empty() && (join.from_column != standard.from_column || join.to_column != standard.to_column))
        chain.calls.push_back(fmt::format(".columns({}, {})", cpp(join.from_column), cpp(join.to_column)));
    if (!join.related_name.empty()) chain.calls.push_back(fmt::format(".related_name({})", cpp(join.related_name)));
    return chain;
}

Chain chain_of(const schema::Index& index) {
    std::vector<std::string> parts;
    for (const auto& part : index.parts)
        parts.push_back((part.descending ? "-" : "") +
                        (part.column.empty() ? "(" + part.expression + ")" : part.column));
    Chain chain{fmt::format("index({}, {})", cpp(index.name), cpp_list(parts)), {}};
    if (index.unique) chain.calls.push_back(".unique()");
    if (!index.condition.empty()) chain.calls.push_back(fmt::format(".where({})", cpp(index.condition)));
    if (index.method != "btree" && !index.method.empty())
        chain.calls.push_back(fmt::format(".method({})", cpp(index.method)));
    if (!index.include.empty()) chain.calls.push_back(fmt::format(".include({})", cpp_list(index.include)));
    return chain;
}

Chain chain_of(const schema::Constraint& constraint) {
    if (constraint.kind == schema::Constraint::Kind::check)
        return {fmt::format("check({}, {})", cpp(constraint.name), cpp(constraint.condition)), {}};
    return {fmt::format("unique({}, {})", cpp(constraint.name), cpp_list(constraint.columns)), {}};
}

std::vector<std::string> names_of(const std::vector<schema::Ordering>& ordering) {
    std::vector<std::string> names;
    for (const auto& order : ordering) names.push_back((order.descending ? "-" : "") + order.field);
    return names;
}

std::string sql_text(const Sql& sql) {
    if (sql.empty()) return "noop";
    if (sql.sqlite.empty() && sql.postgres.empty()) return cpp(sql.portable);
    return fmt::format("Sql({}, {})", cpp(sql.text(Dialect::sqlite)), cpp(sql.text(Dialect::postgres)));
}

// Operations stand eight columns in.
class OperationWriter {
  public:
    explicit OperationWriter(const std::string& app, std::string data_source)
        : app_(app), data_source_(std::move(data_source)) {}

    std::string operator()(const CreateModel& op) const {
        schema::Model model = op.model;
        model.app = app_;
        if (model.table.empty()) model.table = default_table(model);
        std::vector<std::string> calls;
        auto block = [&](const char* name, const auto& list, auto make) {
            if (list.empty()) return;
            std::string call = fmt::format(".{}({{", name);
            call_lists_.clear();
            for (const auto& item : list) call_lists_.push_back(make(item));
            calls.push_back(call);
            lists_.push_back(call_lists_);
        };
        lists_.clear();
        block("fields", model.fields, [](const Field& field) { return chain_of(field); });
        block("many_to_many", model.many_to_many,
              [&](const schema::ManyToMany& join) { return chain_of(join, model); });
        block("indexes", model.indexes, [](const schema::Index& index) { return chain_of(index); });
        block("constraints", model.constraints,
              [](const schema::Constraint& constraint) { return chain_of(constraint); });
        std::vector<std::string> simple;
        if (!model.ordering.empty()) simple.push_back(fmt::format(".ordering({})", cpp_list(names_of(model.ordering))));
        if (model.table != default_table(model)) simple.push_back(fmt::format(".table({})", cpp(model.table)));
        bool one_line_head = calls.size() + simple.size() == 1;
        std::size_t depth = one_line_head ? 8 : 12;
        std::string result = fmt::format("create_model({})", cpp(model.class_name));
        for (std::size_t i = 0; i < calls.size(); ++i) {
            result += (one_line_head ? "" : "\n" + indent(depth)) + calls[i];
            for (const Chain& chain : lists_[i])
                result += "\n" + indent(depth + 4) + chain.laid_out(depth + 4, depth + 4, 1) + ",";
            result += "\n" + indent(depth) + "})";
        }
        for (const std::string& call : simple) result += "\n" + indent(depth) + call;
        return result;
    }
    std::string operator()(const DeleteModel& op) const { return fmt::format("delete_model({})", cpp(op.model)); }
    std::string operator()(const RenameModel& op) const {
        return fmt::format("rename_model({}, {})", cpp(op.from), cpp(op.to));
    }
    std::string operator()(const AlterModelOptions& op) const {
        return fmt::format("alter_ordering({}, {})", cpp(op.model), cpp_list(names_of(op.ordering)));
    }
    std::string operator()(const AlterModelTable& op) const {
        return fmt::format("alter_table({}, {})", cpp(op.model), cpp(op.table));
    }
    std::string operator()(const AddField& op) const { return with("add_field", op.model, chain_of(op.field)); }
    std::string operator()(const AlterField& op) const { return with("alter_field", op.model, chain_of(op.field)); }
    std::string operator()(const RemoveField& op) const {
        return fmt::format("remove_field({}, {})", cpp(op.model), cpp(op.field));
    }
    std::string operator()(const RenameField& op) const {
        return fmt::format("rename_field({}, {}, {})", cpp(op.model), cpp(op.from), cpp(op.to));
    }
    std::string operator()(const AddManyToMany& op) const {
        return with("add_many_to_many", op.model, chain_of(op.join, owner(op.model)));
    }
    std::string operator()(const AlterManyToMany& op) const {
        return with("alter_many_to_many", op.model, chain_of(op.join, owner(op.model)));
    }
    std::string operator()(const RemoveManyToMany& op) const {
        return fmt::format("remove_many_to_many({}, {})", cpp(op.model), cpp(op.name));
    }
    std::string operator()(const AddIndex& op) const { return with("add_index", op.model, chain_of(op.index)); }
    std::string operator()(const RemoveIndex& op) const {
        return fmt::format("remove_index({}, {})", cpp(op.model), cpp(op.index));
    }
    std::string operator()(const RenameIndex& op) const {
        return fmt::format("rename_index({}, {}, {})", cpp(op.model), cpp(op.from), cpp(op.to));
    }
    std::string operator()(const AddConstraint& op) const {
        return with("add_constraint", op.model, chain_of(op.constraint));
    }
    std::string operator()(const RemoveConstraint& op) const {
        return fmt::format("remove_constraint({}, {})", cpp(op.model), cpp(op.constraint));
    }
    std::string operator()(const RunSql& op) const {
        if (!op.reverse) return fmt::format("run_sql({})", sql_text(op.forward));
        return fmt::format("run_sql({}, {})", sql_text(op.forward), sql_text(*op.reverse));
    }
    std::string operator()(const Run& op) const {
        if (data_source_.empty()) throw MigrationError("a function in C++ cannot be written down: " + op.description);
        return data_source_;
    }
    std::string operator()(const Fill& op) const {
        return fmt::format("fill({}, {}, {})", cpp(op.model), cpp(op.field), cpp(op.expression));
    }

  private:
    // The join's standard names need the owner; only label and default table are known here, which is what they derive
    // from.
    schema::Model owner(const std::string& name) const {
        schema::Model model;
        model.app = app_;
        model.name = name;
        model.table = default_table(model);
        return model;
    }
    static std::string with(const char* function, const std::string& model, const Chain& chain) {
        std::string head = fmt::format("{}({}, ", function, cpp(model));
        if (8 + head.size() + chain.flat().size() + 2 <= columns) return head + chain.flat() + ")";
        std::size_t depth = 8 + std::string_view(function).size() + 1;
        if (depth + chain.flat().size() + 2 <= columns) {
            head.pop_back();
            return head + "\n" + indent(depth) + chain.flat() + ")";
        }
        if (chain.fits(8 + head.size())) return head + chain.laid_out(8 + head.size(), columns, 2) + ")";
        head.pop_back();
        return fmt::format("{}(\n{}{},\n{}{})", function, indent(12), cpp(model), indent(12),
                           chain.laid_out(12, columns, 2));
    }

    const std::string& app_;
    std::string data_source_;
    mutable std::vector<Chain> call_lists_;
    mutable std::vector<std::vector<Chain>> lists_;
};

std::string key_list(const std::vector<Key>& keys) {
    std::string flat, broken;
    for (const Key& key : keys) {
        std::string item = fmt::format("{{{}, {}}}", cpp(key.app), cpp(key.name));
        flat += (flat.empty() ? "" : ", ") + item;
        broken += "        " + item + ",\n";
    }
    if (flat.size() <= 70) return "{" + flat + "}";
    return "{\n" + broken + "    }";
}

}  // namespace

std::string function_name(std::string_view migration_name) {
    std::string result = "m";
    for (char c : migration_name)
        result += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    return result;
}

// `data_sources`: by index of a `run` operation, the expression that stands for it.
std::string write_migration_with(const Migration& migration, const std::map<std::size_t, std::string>& data_sources) {
    std::string result = "#include \"orm/migration.hpp\"\n\n";
    result += fmt::format("namespace {}::migrations {{\n\n", migration.app);
    for (const auto& [index, source] : data_sources)
        result += fmt::format("orm::migrations::Migration {};\n", source.substr(0, source.find('.')));
    if (!data_sources.empty()) result += "\n";
    result += fmt::format("orm::migrations::Migration {}() {{\n    using namespace orm::migrations;\n",
                          function_name(migration.name));
    result +=
        fmt::format("    Migration migration{{.app = {}, .name = {}}};\n", cpp(migration.app), cpp(migration.name));
    if (!migration.dependencies.empty())
        result += fmt::format("    migration.dependencies = {};\n", key_list(migration.dependencies));
    if (!migration.replaces.empty())
        result += fmt::format("    migration.replaces = {};\n", key_list(migration.replaces));
    if (!migration.atomic) result += "    migration.atomic = false;\n";
    if (migration.operations.empty()) {
        result += "    migration.operations = {};\n";
    } else {
        result += "    migration.operations = {\n";
        for (std::size_t i = 0; i < migration.operations.size(); ++i) {
            auto source = data_sources.find(i);
            OperationWriter writer(migration.app, source == data_sources.end() ? "" : source->second);
            result += "        " + std::visit(writer, migration.operations[i]) + ",\n";
        }
        result += "    };\n";
    }
    return result + fmt::format("    return migration;\n}}\n\n}}  // namespace {}::migrations\n", migration.app);
}

std::string write_migration(const Migration& migration) {
    return write_migration_with(migration, {});
}

std::string write_index(const std::string& app, const std::vector<std::string>& names) {
    std::string result = fmt::format(
        "// The migrations of {}. makemigrations writes this list anew; nothing else belongs here.\n"
        "#include \"orm/migration.hpp\"\n\nnamespace {}::migrations {{\n\n",
        app, app);
    for (const std::string& name : names)
        result += fmt::format("orm::migrations::Migration {}();\n", function_name(name));
    result += "\nstd::vector<orm::migrations::Migration> all() {\n";
    if (names.empty()) {
        result += "    return {};\n";
    } else {
        result += "    return {\n";
        for (const std::string& name : names) result += fmt::format("        {}(),\n", function_name(name));
        result += "    };\n";
    }
    return result + fmt::format("}}\n\n}}  // namespace {}::migrations\n", app);
}

}  // namespace orm::migrations
