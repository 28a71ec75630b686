// What differs between two shapes of a table, once renames are known.
#include <algorithm>

#include "migrations/editor.hpp"

namespace orm::migrations {

Pairing pair_up(const Shapes& from, const Shapes& to, const Renames& renames) {
    Pairing result;
    std::map<std::string, bool> matched;
    for (const auto& [key, shape] : from) {
        std::string new_key = renames.key(key);
        auto found = to.find(new_key);
        if (found == to.end()) {
            result.dropped.push_back(&shape);
            continue;
        }
        matched[new_key] = true;
        result.pairs.emplace_back(&shape, new_key);
        result.table_names[shape.table] = found->second.table;
    }
    for (const auto& [key, shape] : to)
        if (!matched.contains(key)) result.created.push_back(&shape);
    return result;
}

namespace {

// Where a reference of the old world points in the new one.
std::optional<Reference> moved(const std::optional<Reference>& reference,
                               const std::map<std::string, std::string>& table_names, const Renames& renames,
                               const Shapes& new_shapes) {
    if (!reference) return reference;
    Reference result = *reference;
    if (auto found = table_names.find(result.table); found != table_names.end()) result.table = found->second;
    // A renamed key column: columns are matched by field, so look for the rename in the target's table.
    for (const auto& [key, fields] : renames.fields) {
        auto shape = new_shapes.find(key);
        if (shape == new_shapes.end() || shape->second.table != result.table) continue;
        for (const auto& [old_field, new_field] : fields)
            if (old_field == result.column)
                if (const ColumnShape* column = shape->second.find(new_field)) result.column = column->name;
    }
    return result;
}

}  // namespace

bool reference_changes(const ColumnShape& old_column, const ColumnShape& new_column) {
    if (old_column.reference.has_value() != new_column.reference.has_value()) return true;
    return old_column.reference && (old_column.type != new_column.type || old_column.reference != new_column.reference);
}

TableChange compare(const TableShape& from, const TableShape& to, const std::string& new_key, const Renames& renames,
                    const std::map<std::string, std::string>& table_names, const Shapes& new_shapes) {
    TableChange change;
    change.old_table = &from;
    change.new_table = &to;
    std::map<std::string, bool> matched;
    for (const ColumnShape& old_column : from.columns) {
        std::string field = renames.field(new_key, old_column.field);
        const ColumnShape* new_column = to.find(field);
        if (!new_column) {
            change.removed.push_back(&old_column);
            continue;
        }
        matched[field] = true;
        change.kept.emplace_back(&old_column, new_column);
        if (old_column.name != new_column->name) change.renamed.emplace_back(old_column.name, new_column->name);
        ColumnShape same = old_column;
        same.field = new_column->field;
        same.name = new_column->name;
        same.fill = new_column->fill;
        same.reference = moved(old_column.reference, table_names, renames, new_shapes);
        if (same != *new_column) change.altered.emplace_back(&old_column, new_column);
    }
    for (const ColumnShape& column : to.columns)
        if (!matched.contains(column.field)) change.added.push_back(&column);

    auto renamed = [&](std::string& column) {
        for (const auto& [old_name, new_name] : change.renamed)
            if (column == old_name) {
                column = new_name;
                return;
            }
    };
    auto in_text = [&](std::string& text) {
        for (const auto& [old_name, new_name] : change.renamed) replace_quoted(text, old_name, new_name);
    };
    std::vector<IndexShape> old_indexes = from.indexes;
    for (IndexShape& shape : old_indexes) {
        for (auto& part : shape.index.parts) {
            renamed(part.column);
            in_text(part.expression);
        }
        for (auto& column : shape.index.include) renamed(column);
        in_text(shape.index.condition);
    }
    std::vector<schema::Constraint> old_constraints = from.constraints;
    for (auto& constraint : old_constraints) {
        for (auto& column : constraint.columns) renamed(column);
        in_text(constraint.condition);
    }

    // Pairs of the same structure: first those of the same name, then renamed ones.
    auto match = [](auto& old_list, const auto& new_list, auto name_of, auto without_name, auto on_rename, auto on_drop,
                    auto on_add) {
        std::vector<bool> old_used(old_list.size()), new_used(new_list.size());
        for (bool by_name : {true, false})
            for (std::size_t o = 0; o < old_list.size(); ++o)
                for (std::size_t n = 0; n < new_list.size() && !old_used[o]; ++n) {
                    if (new_used[n] || (by_name && name_of(old_list[o]) != name_of(new_list[n]))) continue;
                    if (!(without_name(old_list[o]) == without_name(new_list[n]))) continue;
                    old_used[o] = new_used[n] = true;
                    if (!by_name) on_rename(name_of(old_list[o]), name_of(new_list[n]));
                }
        for (std::size_t o = 0; o < old_list.size(); ++o)
            if (!old_used[o]) on_drop(o);
        for (std::size_t n = 0; n < new_list.size(); ++n)
            if (!new_used[n]) on_add(n);
    };
    match(
        old_indexes, to.indexes, [](const IndexShape& shape) { return shape.index.name; },
        [](IndexShape shape) {
            shape.index.name.clear();
            return shape;
        },
        [&](const std::string& old_name, const std::string& new_name) {
            change.renamed_indexes.emplace_back(old_name, new_name);
        },
        [&](std::size_t o) { change.dropped_indexes.push_back(from.indexes[o].index.name); },
        [&](std::size_t n) { change.added_indexes.push_back(&to.indexes[n]); });
    match(
        old_constraints, to.constraints, [](const schema::Constraint& constraint) { return constraint.name; },
        [](schema::Constraint constraint) {
            constraint.name.clear();
            return constraint;
        },
        [&](const std::string& old_name, const std::string& new_name) {
            change.renamed_constraints.emplace_back(old_name, new_name);
        },
        [&](std::size_t o) { change.dropped_constraints.push_back(&from.constraints[o]); },
        [&](std::size_t n) { change.added_constraints.push_back(&to.constraints[n]); });
    return change;
}

}  // namespace orm::migrations
