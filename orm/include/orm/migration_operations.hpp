/// What a migration does, as plain values. Each knows how to change the state of the models and the database, and back.
///
///     .operations = {
///         create_model("Venue").fields({id(), varchar("name", 200)}),
///         add_field("meetupevent", foreign_key("venue", "crush_lu.venue").null().on_delete(set_null)),
///         run_sql("UPDATE ...", "UPDATE ... back"),
///     }
///
/// Models are named in lower case and belong to the migration's own app; fields by member name, indexes by column
/// names.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "orm/driver.hpp"
#include "orm/migration_fields.hpp"

namespace orm::migrations {

class Data;  // orm/migration_data.hpp: rows as of a migration
class Row;

struct CreateModel {
    schema::Model model;
};
struct DeleteModel {
    std::string model;
};
/// `from`, `to` are class names; tables, join tables and generated names follow.
struct RenameModel {
    std::string from, to;
};
/// Ordering: known to queries only, nothing changes in the database.
struct AlterModelOptions {
    std::string model;
    std::vector<schema::Ordering> ordering;
};
struct AlterModelTable {
    std::string model, table;
};
struct AddField {
    std::string model;
    schema::Field field;
};
struct AlterField {
    std::string model;
    schema::Field field;
};
struct RemoveField {
    std::string model, field;
};
/// Also renames a many-to-many relation. The column follows.
struct RenameField {
    std::string model, from, to;
};
struct AddManyToMany {
    std::string model;
    schema::ManyToMany join;
};
struct AlterManyToMany {
    std::string model;
    schema::ManyToMany join;
};
struct RemoveManyToMany {
    std::string model, name;
};
struct AddIndex {
    std::string model;
    schema::Index index;
};
struct RemoveIndex {
    std::string model, index;
};
struct RenameIndex {
    std::string model, from, to;
};
struct AddConstraint {
    std::string model;
    schema::Constraint constraint;
};
struct RemoveConstraint {
    std::string model, constraint;
};

/// SQL text per database; `portable` is used where the database's own text is empty.
struct Sql {
    std::string portable;
    std::string sqlite{};
    std::string postgres{};
    Sql() = default;
    Sql(const char* text) : portable(text) {}
    Sql(std::string text) : portable(std::move(text)) {}
    Sql(std::string sqlite_text, std::string postgres_text)
        : sqlite(std::move(sqlite_text)), postgres(std::move(postgres_text)) {}
    const std::string& text(Dialect dialect) const {
        const std::string& own = dialect == Dialect::sqlite ? sqlite : postgres;
        return own.empty() ? portable : own;
    }
    bool empty() const { return portable.empty() && sqlite.empty() && postgres.empty(); }
};
/// `reverse` empty: the migration cannot be undone. `noop`: nothing to do on the way back.
struct RunSql {
    Sql forward;
    std::optional<Sql> reverse;
};
inline const Sql noop{};

/// A data migration: a function on historical rows. Without `reverse` the migration cannot be undone.
using DataFunction = std::function<void(Data&)>;
struct Run {
    DataFunction forward;
    DataFunction reverse;
    std::string description;
    std::string label{};  ///< of run_each: the model whose rows it takes, batch by batch
};
inline void no_data_change(Data&) {}
using RowFunction = std::function<void(Row&)>;
inline void no_row_change(Row&) {}

/// Gives every row whose `field` is NULL the value of the portable SQL expression, in batches; interrupted, it
/// continues where it was. Nothing to do on the way back.
struct Fill {
    std::string model, field, expression;
};

using Operation = std::variant<CreateModel, DeleteModel, RenameModel, AlterModelOptions, AlterModelTable, AddField,
                               AlterField, RemoveField, RenameField, AddManyToMany, AlterManyToMany, RemoveManyToMany,
                               AddIndex, RemoveIndex, RenameIndex, AddConstraint, RemoveConstraint, RunSql, Run, Fill>;

/// What create_model needs beside the name; table: only where it is not `<app>_<model>`. Ordering "-created_at"
/// descends.
struct ModelParts {
    std::vector<schema::Field> fields{};
    std::vector<schema::ManyToMany> many_to_many{};
    std::vector<schema::Index> indexes{};
    std::vector<schema::Constraint> constraints{};
    std::vector<std::string> ordering{};
    std::string table{};
};
Operation create_model(std::string class_name, ModelParts parts);

/// The same as a chain, which is what makemigrations writes: create_model("Tag").fields({id(), varchar("name", 50)}).
class ModelOf {
  public:
    explicit ModelOf(std::string class_name) : name_(std::move(class_name)) {}
    ModelOf& fields(std::vector<schema::Field> list) { return parts_.fields = std::move(list), *this; }
    ModelOf& many_to_many(std::vector<schema::ManyToMany> list) { return parts_.many_to_many = std::move(list), *this; }
    ModelOf& indexes(std::vector<schema::Index> list) { return parts_.indexes = std::move(list), *this; }
    ModelOf& constraints(std::vector<schema::Constraint> list) { return parts_.constraints = std::move(list), *this; }
    ModelOf& ordering(std::vector<std::string> names) { return parts_.ordering = std::move(names), *this; }
    ModelOf& table(std::string name) { return parts_.table = std::move(name), *this; }
    operator Operation() const { return create_model(name_, parts_); }

  private:
    std::string name_;
    ModelParts parts_;
};
inline ModelOf create_model(std::string class_name) {
    return ModelOf(std::move(class_name));
}
std::vector<schema::Ordering> parse_ordering(const std::vector<std::string>& names);

inline Operation delete_model(std::string model) {
    return DeleteModel{std::move(model)};
}
inline Operation rename_model(std::string from, std::string to) {
    return RenameModel{std::move(from), std::move(to)};
}
inline Operation alter_ordering(std::string model, const std::vector<std::string>& names) {
    return AlterModelOptions{std::move(model), parse_ordering(names)};
}
inline Operation alter_table(std::string model, std::string table) {
    return AlterModelTable{std::move(model), std::move(table)};
}
inline Operation add_field(std::string model, schema::Field field) {
    return AddField{std::move(model), std::move(field)};
}
inline Operation alter_field(std::string model, schema::Field field) {
    return AlterField{std::move(model), std::move(field)};
}
inline Operation remove_field(std::string model, std::string field) {
    return RemoveField{std::move(model), std::move(field)};
}
inline Operation rename_field(std::string model, std::string from, std::string to) {
    return RenameField{std::move(model), std::move(from), std::move(to)};
}
inline Operation add_many_to_many(std::string model, schema::ManyToMany join) {
    return AddManyToMany{std::move(model), std::move(join)};
}
inline Operation alter_many_to_many(std::string model, schema::ManyToMany join) {
    return AlterManyToMany{std::move(model), std::move(join)};
}
inline Operation remove_many_to_many(std::string model, std::string name) {
    return RemoveManyToMany{std::move(model), std::move(name)};
}
inline Operation add_index(std::string model, schema::Index index) {
    return AddIndex{std::move(model), std::move(index)};
}
inline Operation remove_index(std::string model, std::string name) {
    return RemoveIndex{std::move(model), std::move(name)};
}
inline Operation rename_index(std::string model, std::string from, std::string to) {
    return RenameIndex{std::move(model), std::move(from), std::move(to)};
}
inline Operation add_constraint(std::string model, schema::Constraint constraint) {
    return AddConstraint{std::move(model), std::move(constraint)};
}
inline Operation remove_constraint(std::string model, std::string name) {
    return RemoveConstraint{std::move(model), std::move(name)};
}
inline Operation run_sql(Sql forward, std::optional<Sql> reverse = std::nullopt) {
    return RunSql{std::move(forward), std::move(reverse)};
}
inline Operation run(DataFunction forward, DataFunction reverse = nullptr, std::string description = "run a function") {
    return Run{std::move(forward), std::move(reverse), std::move(description)};
}
/// The same row by row: `change` sees every row of `label` ("crush_lu.crushprofile") with these columns. On a large
/// PostgreSQL table each batch is a transaction of its own, and a migrator that is killed goes on behind the last one.
Operation run_each(std::string label, std::vector<std::string> columns, RowFunction change, RowFunction back = nullptr,
                   std::string description = {});
inline Operation fill(std::string model, std::string field, std::string expression) {
    return Fill{std::move(model), std::move(field), std::move(expression)};
}

/// "Add field venue to meetupevent"
std::string describe(const Operation& operation);
/// Whether it can be undone.
bool reversible(const Operation& operation);
/// "add_field", "delete_model", …: the words that Options::allow_unsafe and allow_data_loss take.
std::string_view kind_of(const Operation& operation);
std::span<const std::string_view> operation_kinds();
/// Changes `state` as the operation says. Throws MigrationError when it names something that is not there.
void apply(const Operation& operation, const std::string& app, schema::State& state);

}  // namespace orm::migrations
