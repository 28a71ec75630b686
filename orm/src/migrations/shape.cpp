#include "migrations/shape.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "migrations/state.hpp"
#include "orm/migration.hpp"

namespace orm::migrations {

using schema::Type;

const ColumnShape* TableShape::find(std::string_view field) const {
    auto found = std::ranges::find(columns, field, &ColumnShape::field);
    return found == columns.end() ? nullptr : &*found;
}
const ColumnShape* TableShape::column(std::string_view name) const {
    auto found = std::ranges::find(columns, name, &ColumnShape::name);
    return found == columns.end() ? nullptr : &*found;
}

std::string quote(std::string_view name) {
    std::string result = "\"";
    for (char c : name) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + "\"";
}

std::string quote_list(const std::vector<std::string>& names) {
    std::string result;
    for (const std::string& name : names) result += (result.empty() ? "" : ", ") + quote(name);
    return result;
}

void replace_quoted(std::string& text, const std::string& from, const std::string& to) {
    std::string old = "\"" + from + "\"", fresh = "\"" + to + "\"";
    for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += fresh.size())
        text.replace(at, old.size(), fresh);
}

namespace {

std::string postgres_type(Type type, int max_length, int digits, int scale) {
    switch (type) {
        case Type::identity32:
        case Type::integer:
            return "integer";
        case Type::identity64:
        case Type::bigint:
            return "bigint";
        case Type::smallint:
            return "smallint";
        case Type::boolean:
            return "boolean";
        case Type::double_:
            return "double precision";
        case Type::decimal:
            return fmt::format("numeric({}, {})", digits, scale);
        case Type::varchar:
            return max_length > 0 ? fmt::format("varchar({})", max_length) : "varchar";
        case Type::text:
            return "text";
        case Type::timestamp:
            return "timestamp with time zone";
        case Type::date:
            return "date";
        case Type::json:
            return "jsonb";
        case Type::array:
        case Type::foreign_key:
            break;
    }
    throw MigrationError("an array of arrays or of foreign keys is no column type");
}

std::string sqlite_type(Type type, int max_length) {
    switch (type) {
        case Type::identity32:
        case Type::identity64:
        case Type::integer:
            return "integer";
        case Type::bigint:
            return "bigint";
        case Type::smallint:
            return "smallint";
        case Type::boolean:
            return "bool";
        case Type::double_:
            return "real";
        case Type::decimal:
            return "decimal";
        case Type::varchar:
            return fmt::format("varchar({})", max_length);
        case Type::text:
        case Type::json:
        case Type::array:
            return "text";
        case Type::timestamp:
            return "datetime";
        case Type::date:
            return "date";
        case Type::foreign_key:
            break;
    }
    throw MigrationError("a foreign key has the type of the key it names");
}

// The field whose type a column has: through foreign keys to the key at their end.
const schema::Field& resolved(const schema::State& state, const schema::Field& field, int depth = 0) {
    if (field.type != Type::foreign_key) return field;
    auto target = state.models.find(field.to);
    if (target == state.models.end())
        throw MigrationError("the model " + field.to + " that " + field.name + " names does not exist");
    if (depth > 20) throw MigrationError("the primary key of " + field.to + " is a foreign key to itself");
    return resolved(state, target->second.primary_key(), depth + 1);
}

std::string type_of(const schema::State& state, const schema::Field& field, Dialect dialect) {
    const schema::Field& end = resolved(state, field);
    Type type = end.type;
    if (field.type == Type::foreign_key) {  // the key's type, without the identity
        if (type == Type::identity32) type = Type::integer;
        if (type == Type::identity64) type = Type::bigint;
    }
    if (dialect == Dialect::sqlite) return sqlite_type(type, end.max_length);
    if (type == Type::array) return postgres_type(end.element, end.max_length, end.digits, end.scale) + "[]";
    return postgres_type(type, end.max_length, end.digits, end.scale);
}

// '["a","b"]' as PostgreSQL's array literal, for defaults of array columns. Of JSON's escapes PostgreSQL shares \" and
// \\; the others are control characters (\u000a), which stand there as they are.
std::string array_literal(const std::string& sql) {
    if (sql.size() < 4 || !sql.starts_with("'[") || !sql.ends_with("]'")) return sql;
    std::string literal = "'{";
    for (std::size_t i = 2; i < sql.size() - 2; ++i) {
        if (sql[i] == '\\' && sql[i + 1] == 'u') {
            literal += static_cast<char>(std::stoi(sql.substr(i + 2, 4), nullptr, 16));
            i += 5;
        } else {
            literal += sql[i];
            if (sql[i] == '\\') literal += sql[++i];
        }
    }
    return literal + "}'";
}

std::optional<std::string> fill_of(const schema::Field& field, Dialect dialect) {
    if (field.default_value && *field.default_value != "NULL")
        return dialect == Dialect::postgres && field.type == Type::array ? array_literal(*field.default_value)
                                                                         : *field.default_value;
    if ((field.auto_now || field.auto_now_add) && !field.null) {
        if (dialect == Dialect::postgres) return "CURRENT_TIMESTAMP";
        return field.type == Type::date ? "date('now')" : "strftime('%Y-%m-%d %H:%M:%f', 'now')";
    }
    return std::nullopt;
}

std::size_t name_limit(Dialect dialect) {
    return dialect == Dialect::postgres ? 63 : 200;
}

void add_implicit_indexes(TableShape& shape, const ColumnShape& column, bool indexed, Dialect dialect) {
    if (indexed && !column.unique && !column.primary_key) {
        IndexShape own;
        own.index.name = schema::constraint_name(shape.table, {column.name}, "", name_limit(dialect));
        own.index.parts = {{column.name, {}, false}};
        shape.indexes.push_back(own);
    }
    bool character = column.type == "text" || column.type.starts_with("varchar");
    if (dialect == Dialect::postgres && character && !column.type.ends_with("[]") &&
        (indexed || column.unique || column.primary_key)) {
        IndexShape like;
        like.index.name = schema::constraint_name(shape.table, {column.name}, "_like", name_limit(dialect));
        like.index.parts = {{column.name, {}, false}};
        like.opclass = column.type == "text" ? "text_pattern_ops" : "varchar_pattern_ops";
        shape.indexes.push_back(like);
    }
}

void add_unique(TableShape& shape, const schema::Constraint& constraint, Dialect dialect) {
    if (dialect == Dialect::postgres || constraint.kind == schema::Constraint::Kind::check) {
        shape.constraints.push_back(constraint);
        return;
    }
    IndexShape index;
    index.index.name = constraint.name;
    index.index.unique = true;
    for (const std::string& column : constraint.columns) index.index.parts.push_back({column, {}, false});
    shape.indexes.push_back(index);
}

TableShape join_shape(const schema::State& state, const schema::Model& model, const schema::ManyToMany& join,
                      Dialect dialect) {
    TableShape shape;
    shape.table = join.table;
    ColumnShape key{.field = "id",
                    .name = "id",
                    .type = dialect == Dialect::sqlite ? "integer" : "bigint",
                    .null = false,
                    .primary_key = true,
                    .identity = true,
                    .unique = false,
                    .json = false,
                    .reference = {},
                    .fill = {}};
    shape.columns.push_back(key);
    auto side = [&](const char* field, const std::string& column, const std::string& label) {
        auto target = state.models.find(label);
        if (target == state.models.end())
            throw MigrationError("the model " + label + " that " + join.table + " names does not exist");
        schema::Field reference;
        reference.name = column;
        reference.type = Type::foreign_key;
        reference.to = label;
        ColumnShape result;
        result.field = field;
        result.name = column;
        result.type = type_of(state, reference, dialect);
        result.reference = Reference{target->second.table, target->second.primary_key().column};
        shape.columns.push_back(result);
    };
    side("from", join.from_column, model.label());
    side("to", join.to_column, join.to);
    for (std::size_t i = 1; i < 3; ++i) add_implicit_indexes(shape, ColumnShape(shape.columns[i]), true, dialect);
    std::vector<std::string> both{join.from_column, join.to_column};
    add_unique(shape,
               {schema::Constraint::Kind::unique,
                schema::constraint_name(join.table, both, "_uniq", name_limit(dialect)),
                both,
                {}},
               dialect);
    return shape;
}

TableShape model_shape(const schema::State& state, const schema::Model& model, Dialect dialect) {
    TableShape shape;
    shape.table = model.table;
    std::vector<bool> indexed;
    for (const schema::Field& field : model.fields) {
        ColumnShape column;
        column.field = field.name;
        column.name = field.column;
        column.type = type_of(state, field, dialect);
        column.null = field.null && !field.primary_key;
        column.primary_key = field.primary_key;
        column.identity = field.type == Type::identity32 || field.type == Type::identity64;
        column.unique = (field.unique || field.one_to_one) && !field.primary_key;
        column.json = field.type == Type::json || field.type == Type::array;
        if (field.type == Type::foreign_key) {
            const schema::Model& target = state.models.at(field.to);
            column.reference = Reference{target.table, target.primary_key().column};
        }
        column.fill = fill_of(field, dialect);
        shape.columns.push_back(column);
        indexed.push_back(field.index || (field.type == Type::foreign_key && !field.one_to_one));
    }
    for (std::size_t i = 0; i < indexed.size(); ++i)
        add_implicit_indexes(shape, ColumnShape(shape.columns[i]), indexed[i], dialect);
    for (const schema::Index& index : model.indexes) {
        if (dialect == Dialect::sqlite && index.method != "btree" && !index.method.empty()) continue;
        IndexShape own{index, {}};
        if (dialect == Dialect::sqlite) own.index.include.clear();
        if (own.index.method.empty()) own.index.method = "btree";
        shape.indexes.push_back(own);
    }
    for (const schema::Constraint& constraint : model.constraints) add_unique(shape, constraint, dialect);
    return shape;
}

}  // namespace

Shapes shapes_of(const schema::State& state, Dialect dialect) {
    Shapes shapes;
    for (const auto& [label, model] : state.models) {
        shapes.emplace(label, model_shape(state, model, dialect));
        for (const auto& join : model.many_to_many)
            shapes.emplace(label + "." + join.name, join_shape(state, model, join, dialect));
    }
    return shapes;
}

std::string Renames::key(const std::string& old_key) const {
    auto found = keys.find(old_key);
    return found == keys.end() ? old_key : found->second;
}
std::string Renames::field(const std::string& new_key, const std::string& old_field) const {
    auto table = fields.find(new_key);
    if (table == fields.end()) return old_field;
    auto found = table->second.find(old_field);
    return found == table->second.end() ? old_field : found->second;
}

Renames renames_of(const Operation& operation, const std::string& app, const schema::State& from,
                   const schema::State& to) {
    Renames result;
    if (const auto* model = std::get_if<RenameModel>(&operation)) {
        std::string old_label = app + "." + lower(model->from), new_label = app + "." + lower(model->to);
        result.keys[old_label] = new_label;
        for (const auto& join : to.models.at(new_label).many_to_many)
            result.keys[old_label + "." + join.name] = new_label + "." + join.name;
    } else if (const auto* field = std::get_if<RenameField>(&operation)) {
        std::string label = app + "." + field->model;
        if (from.models.at(label).find(field->from))
            result.fields[label][field->from] = field->to;
        else
            result.keys[label + "." + field->from] = label + "." + field->to;
    }
    return result;
}

Renames reversed(const Renames& renames) {
    Renames result;
    for (const auto& [from, to] : renames.keys) result.keys[to] = from;
    for (const auto& [key, fields] : renames.fields)
        for (const auto& [from, to] : fields) result.fields[key][to] = from;
    return result;
}

std::string create_index_sql(const TableShape& table, const IndexShape& shape, Dialect dialect, bool concurrently) {
    const schema::Index& index = shape.index;
    std::vector<std::string> parts;
    for (const auto& part : index.parts) {
        std::string text;
        if (!part.column.empty()) {
            text = quote(part.column);
            if (!shape.opclass.empty()) text += " " + shape.opclass;
        } else if (part.expression.starts_with('"') && part.expression.ends_with("_ops")) {
            text = part.expression;  // "title" gin_trgm_ops
        } else {
            text = "(" + part.expression + ")";
        }
        if (part.descending) text += " DESC";
        parts.push_back(text);
    }
    std::string sql = fmt::format("CREATE {}INDEX {}{} ON {}", index.unique ? "UNIQUE " : "",
                                  concurrently ? "CONCURRENTLY " : "", quote(index.name), quote(table.table));
    if (dialect == Dialect::postgres && index.method != "btree") sql += " USING " + index.method;
    sql += fmt::format(" ({})", fmt::join(parts, ", "));
    if (dialect == Dialect::postgres && !index.include.empty())
        sql += fmt::format(" INCLUDE ({})", quote_list(index.include));
    if (!index.condition.empty()) sql += fmt::format(" WHERE ({})", index.condition);
    return sql;
}

std::string column_sql(const ColumnShape& column, Dialect dialect, bool with_default) {
    std::string sql = quote(column.name) + " " + column.type;
    if (with_default && column.fill) sql += " DEFAULT " + *column.fill;
    sql += column.null ? " NULL" : " NOT NULL";
    if (column.primary_key)
        sql += " PRIMARY KEY";
    else if (column.unique)
        sql += " UNIQUE";
    if (dialect == Dialect::sqlite) {
        if (column.json) sql += fmt::format(" CHECK ((JSON_VALID({0}) OR {0} IS NULL))", quote(column.name));
        if (column.identity) sql += " AUTOINCREMENT";
        if (column.reference)
            sql += fmt::format(" REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED", quote(column.reference->table),
                               quote(column.reference->column));
    } else if (column.identity) {
        sql += " GENERATED BY DEFAULT AS IDENTITY";
    }
    return sql;
}

std::string create_table_sql(const TableShape& table, Dialect dialect, const std::string& name) {
    std::vector<std::string> parts;
    for (const auto& column : table.columns) parts.push_back(column_sql(column, dialect, false));
    for (const auto& constraint : table.constraints)
        parts.push_back(
            constraint.kind == schema::Constraint::Kind::check
                ? fmt::format("CONSTRAINT {} CHECK ({})", quote(constraint.name), constraint.condition)
                : fmt::format("CONSTRAINT {} UNIQUE ({})", quote(constraint.name), quote_list(constraint.columns)));
    return fmt::format("CREATE TABLE {} ({})", quote(name), fmt::join(parts, ", "));
}

std::string foreign_key_name(const TableShape& table, const ColumnShape& column) {
    return schema::constraint_name(table.table, {column.name},
                                   "_fk_" + column.reference->table + "_" + column.reference->column);
}

}  // namespace orm::migrations
