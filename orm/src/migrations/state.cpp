// How operations change the state of the models.
#include "migrations/state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orm/migration.hpp"

namespace orm::migrations {

using schema::Model;
using schema::State;

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string literal(std::string_view text) {
    std::string result = "'";
    for (char c : text) {
        if (c == '\'') result += '\'';
        result += c;
    }
    return result + "'";
}

void IndexOf::add(const std::string& part) {
    schema::IndexPart value;
    if (part.starts_with('(') && part.ends_with(')')) {
        value.expression = part.substr(1, part.size() - 2);
    } else if (part.starts_with("-(") && part.ends_with(')')) {
        value.expression = part.substr(2, part.size() - 3);
        value.descending = true;
    } else {
        value.descending = part.starts_with('-');
        value.column = value.descending ? part.substr(1) : part;
    }
    index_.parts.push_back(std::move(value));
}

std::vector<schema::Ordering> parse_ordering(const std::vector<std::string>& names) {
    std::vector<schema::Ordering> result;
    for (const std::string& name : names) {
        bool descending = name.starts_with('-');
        result.push_back({descending ? name.substr(1) : name, descending});
    }
    return result;
}

Operation create_model(std::string class_name, ModelParts parts) {
    Model model;
    model.name = lower(class_name);
    model.class_name = std::move(class_name);
    model.table = std::move(parts.table);
    model.fields = std::move(parts.fields);
    model.many_to_many = std::move(parts.many_to_many);
    model.indexes = std::move(parts.indexes);
    model.constraints = std::move(parts.constraints);
    model.ordering = parse_ordering(parts.ordering);
    return CreateModel{std::move(model)};
}

std::string default_table(const Model& model) {
    return model.app + "_" + model.name;
}

schema::ManyToMany default_join(const Model& model, std::string_view name, std::string_view to) {
    schema::ManyToMany join;
    join.name = name;
    join.to = to;
    join.table = model.table + "_" + std::string(name);
    schema::JoinColumns columns = schema::join_columns(model.name, to.substr(to.find('.') + 1));
    join.from_column = std::move(columns.from);
    join.to_column = std::move(columns.to);
    return join;
}

namespace {

schema::ManyToMany complete(const Model& model, schema::ManyToMany join) {
    schema::ManyToMany standard = default_join(model, join.name, join.to);
    if (join.table.empty()) join.table = standard.table;
    if (join.from_column.empty()) join.from_column = standard.from_column;
    if (join.to_column.empty()) join.to_column = standard.to_column;
    return join;
}

void require_target(const State& state, const Model& model, const std::string& field, const std::string& to) {
    if (to != model.label() && !state.models.contains(to))
        throw MigrationError(
            fmt::format("{}.{} refers to the model {}, which no migration before it creates; is a dependency missing?",
                        model.label(), field, to));
}

void check_field(const State& state, const Model& model, const schema::Field& field) {
    if (field.type == schema::Type::foreign_key) require_target(state, model, field.name, field.to);
    if (field.type == schema::Type::varchar && field.max_length <= 0)
        throw MigrationError(fmt::format("{}.{}: a varchar needs a length", model.label(), field.name));
    if (field.type == schema::Type::decimal && (field.digits <= 0 || field.scale < 0 || field.scale > field.digits))
        throw MigrationError(
            fmt::format("{}.{}: numeric({}, {}) does not exist", model.label(), field.name, field.digits, field.scale));
}

// Generated names of indexes and unique constraints follow the table and the columns, as a fresh build would have them.
class GeneratedNames {
  public:
    explicit GeneratedNames(const Model& model) {
        for (const auto& index : model.indexes) indexes_.push_back(index.name == index_name(model, index));
        for (const auto& constraint : model.constraints)
            constraints_.push_back(constraint.name == constraint_name(model, constraint));
    }
    void renew(Model& model) const {
        for (std::size_t i = 0; i < indexes_.size(); ++i)
            if (indexes_[i]) model.indexes[i].name = index_name(model, model.indexes[i]);
        for (std::size_t i = 0; i < constraints_.size(); ++i)
            if (constraints_[i]) model.constraints[i].name = constraint_name(model, model.constraints[i]);
    }

  private:
    static std::string index_name(const Model& model, const schema::Index& index) {
        std::vector<std::string> columns;
        for (const auto& part : index.parts) columns.push_back((part.descending ? "-" : "") + part.column);
        return schema::index_name(model.table, columns);
    }
    static std::string constraint_name(const Model& model, const schema::Constraint& constraint) {
        return schema::constraint_name(model.table, constraint.columns, "_uniq");
    }
    std::vector<bool> indexes_, constraints_;
};

void replace_word(std::string& text, const std::string& from, const std::string& to) {
    // Only the quoted form: conditions and expressions quote their columns.
    std::string old = "\"" + from + "\"", fresh = "\"" + to + "\"";
    for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += fresh.size())
        text.replace(at, old.size(), fresh);
}

struct Applier {
    const std::string& app;
    State& state;

    Model& model(const std::string& name) {
        auto found = state.models.find(app + "." + name);
        if (found == state.models.end())
            throw MigrationError(
                fmt::format("the model {}.{} does not exist at this point of the migrations", app, name));
        return found->second;
    }
    template <class List, class Projection>
    auto position(List& list, const std::string& name, Projection projection, const Model& owner, const char* what) {
        auto found = std::ranges::find(list, name, projection);
        if (found == list.end())
            throw MigrationError(
                fmt::format("{} has no {} {} at this point of the migrations", owner.label(), what, name));
        return found;
    }
    void require_new(const Model& owner, const std::string& name) {
        if (owner.find(name) ||
            std::ranges::find(owner.many_to_many, name, &schema::ManyToMany::name) != owner.many_to_many.end())
            throw MigrationError(fmt::format("{} already has a field {}", owner.label(), name));
    }

    void operator()(const CreateModel& op) {
        Model fresh = op.model;
        fresh.app = app;
        if (fresh.table.empty()) fresh.table = default_table(fresh);
        if (state.models.contains(fresh.label()))
            throw MigrationError("the model " + fresh.label() + " exists already");
        for (auto& join : fresh.many_to_many) {
            require_target(state, fresh, join.name, join.to);
            join = complete(fresh, join);
        }
        for (const auto& field : fresh.fields) check_field(state, fresh, field);
        fresh.primary_key();
        state.models.emplace(fresh.label(), fresh);
    }
    void operator()(const DeleteModel& op) {
        std::string label = model(op.model).label();
        for (const auto& [other, owner] : state.models) {
            if (other == label) continue;
            for (const auto& field : owner.fields)
                if (field.to == label)
                    throw MigrationError(
                        fmt::format("{} cannot be deleted: {}.{} refers to it", label, other, field.name));
            for (const auto& join : owner.many_to_many)
                if (join.to == label)
                    throw MigrationError(
                        fmt::format("{} cannot be deleted: {}.{} refers to it", label, other, join.name));
        }
        state.models.erase(label);
    }
    void operator()(const RenameModel& op) {
        Model moved = model(lower(op.from));
        GeneratedNames generated(moved);
        std::string old_label = moved.label(), old_name = moved.name, old_table = moved.table;
        bool standard_table = moved.table == default_table(moved);
        std::string new_label = app + "." + lower(op.to);
        if (new_label != old_label && state.models.contains(new_label))
            throw MigrationError("the model " + new_label + " exists already");
        // Join tables of both sides follow where they have their standard names.
        std::vector<std::pair<Model*, std::size_t>> standard;
        auto remember = [&](Model& owner) {
            for (std::size_t i = 0; i < owner.many_to_many.size(); ++i) {
                auto& join = owner.many_to_many[i];
                if (join.to != old_label && owner.label() != old_label) continue;
                schema::ManyToMany was = default_join(owner, join.name, join.to);
                if (was.table == join.table && was.from_column == join.from_column && was.to_column == join.to_column)
                    standard.emplace_back(&owner, i);
            }
        };
        state.models.erase(old_label);
        remember(moved);
        for (auto& [label, owner] : state.models) remember(owner);
        moved.class_name = op.to;
        moved.name = lower(op.to);
        if (standard_table) moved.table = default_table(moved);
        auto retarget = [&](Model& owner) {
            for (auto& field : owner.fields)
                if (field.to == old_label) field.to = new_label;
            for (auto& join : owner.many_to_many)
                if (join.to == old_label) join.to = new_label;
        };
        retarget(moved);
        for (auto& [label, owner] : state.models) retarget(owner);
        for (auto [owner, i] : standard) {
            auto& join = owner->many_to_many[i];
            schema::ManyToMany now = default_join(*owner, join.name, join.to);
            join.table = now.table;
            join.from_column = now.from_column;
            join.to_column = now.to_column;
        }
        generated.renew(moved);
        state.models.emplace(new_label, moved);
    }
    void operator()(const AlterModelOptions& op) { model(op.model).ordering = op.ordering; }
    void operator()(const AlterModelTable& op) {
        Model& owner = model(op.model);
        GeneratedNames generated(owner);
        std::string old = owner.table;
        owner.table = op.table.empty() ? default_table(owner) : op.table;
        generated.renew(owner);
        for (auto& join : owner.many_to_many)
            if (join.table == old + "_" + join.name) join.table = owner.table + "_" + join.name;
    }
    void operator()(const AddField& op) {
        Model& owner = model(op.model);
        require_new(owner, op.field.name);
        check_field(state, owner, op.field);
        owner.fields.push_back(op.field);
    }
    void operator()(const AlterField& op) {
        Model& owner = model(op.model);
        auto field = position(owner.fields, op.field.name, &schema::Field::name, owner, "field");
        check_field(state, owner, op.field);
        if (field->column != op.field.column) rename_column(owner, field->column, op.field.column);
        *field = op.field;
    }
    void operator()(const RemoveField& op) {
        Model& owner = model(op.model);
        auto field = position(owner.fields, op.field, &schema::Field::name, owner, "field");
        if (field->primary_key)
            throw MigrationError(owner.label() + "." + op.field + " is the primary key; it cannot be removed");
        for (const auto& index : owner.indexes)
            for (const auto& part : index.parts)
                if (part.column == field->column)
                    throw MigrationError(
                        fmt::format("{}.{} cannot be removed: the index {} needs it (remove_index first)",
                                    owner.label(), op.field, index.name));
        for (const auto& constraint : owner.constraints)
            if (std::ranges::find(constraint.columns, field->column) != constraint.columns.end())
                throw MigrationError(
                    fmt::format("{}.{} cannot be removed: the constraint {} needs it (remove_constraint first)",
                                owner.label(), op.field, constraint.name));
        owner.fields.erase(field);
    }
    void operator()(const RenameField& op) {
        Model& owner = model(op.model);
        require_new(owner, op.to);
        auto join = std::ranges::find(owner.many_to_many, op.from, &schema::ManyToMany::name);
        if (join != owner.many_to_many.end()) {
            if (join->table == owner.table + "_" + op.from) join->table = owner.table + "_" + op.to;
            join->name = op.to;
            return;
        }
        auto field = position(owner.fields, op.from, &schema::Field::name, owner, "field");
        std::string suffix = field->type == schema::Type::foreign_key ? "_id" : "";
        field->name = op.to;
        if (field->column == op.from + suffix) {
            rename_column(owner, field->column, op.to + suffix);
            field->column = op.to + suffix;
        }
        for (auto& order : owner.ordering)
            if (order.field == op.from) order.field = op.to;
    }
    void operator()(const AddManyToMany& op) {
        Model& owner = model(op.model);
        require_new(owner, op.join.name);
        require_target(state, owner, op.join.name, op.join.to);
        owner.many_to_many.push_back(complete(owner, op.join));
    }
    void operator()(const AlterManyToMany& op) {
        Model& owner = model(op.model);
        auto join = position(owner.many_to_many, op.join.name, &schema::ManyToMany::name, owner, "many-to-many");
        require_target(state, owner, op.join.name, op.join.to);
        *join = complete(owner, op.join);
    }
    void operator()(const RemoveManyToMany& op) {
        Model& owner = model(op.model);
        owner.many_to_many.erase(
            position(owner.many_to_many, op.name, &schema::ManyToMany::name, owner, "many-to-many"));
    }
    void operator()(const AddIndex& op) {
        Model& owner = model(op.model);
        if (std::ranges::find(owner.indexes, op.index.name, &schema::Index::name) != owner.indexes.end())
            throw MigrationError(owner.label() + " already has an index " + op.index.name);
        owner.indexes.push_back(op.index);
    }
    void operator()(const RemoveIndex& op) {
        Model& owner = model(op.model);
        owner.indexes.erase(position(owner.indexes, op.index, &schema::Index::name, owner, "index"));
    }
    void operator()(const RenameIndex& op) {
        Model& owner = model(op.model);
        position(owner.indexes, op.from, &schema::Index::name, owner, "index")->name = op.to;
    }
    void operator()(const AddConstraint& op) {
        Model& owner = model(op.model);
        if (std::ranges::find(owner.constraints, op.constraint.name, &schema::Constraint::name) !=
            owner.constraints.end())
            throw MigrationError(owner.label() + " already has a constraint " + op.constraint.name);
        owner.constraints.push_back(op.constraint);
    }
    void operator()(const RemoveConstraint& op) {
        Model& owner = model(op.model);
        owner.constraints.erase(
            position(owner.constraints, op.constraint, &schema::Constraint::name, owner, "constraint"));
    }
    void operator()(const RunSql&) {}
    void operator()(const Run&) {}
    void operator()(const Fill& op) {
        Model& owner = model(op.model);
        position(owner.fields, op.field, &schema::Field::name, owner, "field");
    }

    static void rename_column(Model& owner, const std::string& from, const std::string& to) {
        GeneratedNames generated(owner);
        for (auto& index : owner.indexes) {
            for (auto& part : index.parts) {
                if (part.column == from) part.column = to;
                replace_word(part.expression, from, to);
            }
            for (auto& column : index.include)
                if (column == from) column = to;
            replace_word(index.condition, from, to);
        }
        for (auto& constraint : owner.constraints) {
            for (auto& column : constraint.columns)
                if (column == from) column = to;
            replace_word(constraint.condition, from, to);
        }
        generated.renew(owner);
    }
};

}  // namespace

void apply(const Operation& operation, const std::string& app, State& state) {
    std::visit(Applier{app, state}, operation);
}

bool Migration::initial() const {
    return std::ranges::none_of(dependencies, [this](const Key& key) { return key.app == app; });
}

}  // namespace orm::migrations
