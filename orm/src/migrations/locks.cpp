#include "migrations/locks.hpp"

#include <algorithm>
#include <cctype>

#include "migrations/default_value.hpp"
#include "migrations/text_rows.hpp"
#include "migrations/type_change.hpp"

namespace orm::migrations {

namespace {

constexpr const char* exclusive = "ACCESS EXCLUSIVE";
constexpr const char* gentle = "SHARE UPDATE EXCLUSIVE";
constexpr const char* both_write = "SHARE ROW EXCLUSIVE";

// The names in double quotes, in order.
std::vector<std::string> quoted(const std::string& sql) {
    std::vector<std::string> names;
    for (std::size_t at = sql.find('"'); at != sql.npos; at = sql.find('"', at)) {
        std::string name;
        for (++at; at < sql.size(); ++at) {
            if (sql[at] == '"' && (at + 1 == sql.size() || sql[at + 1] != '"')) break;
            if (sql[at] == '"') ++at;
            name += sql[at];
        }
        names.push_back(std::move(name));
        at = std::min(at + 1, sql.size());
    }
    return names;
}

std::string name_after(const std::string& sql, const std::string& word) {
    const std::size_t at = sql.find(word);
    if (at == sql.npos) return {};
    const auto names = quoted(sql.substr(at + word.size()));
    return names.empty() ? std::string() : names.front();
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

std::string who_waits(const std::string& mode) {
    if (mode == exclusive) return "readers and writers";
    if (mode == "EXCLUSIVE" || mode == both_write || mode == "SHARE") return "writers";
    return {};
}

bool computed_from(const TableShape& table, const std::string& column) {
    const std::string name = quote(column);
    return std::ranges::any_of(table.indexes,
                               [&](const IndexShape& shape) {
                                   return has(shape.index.condition, name) ||
                                          std::ranges::any_of(shape.index.parts, [&](const auto& part) {
                                              return has(part.expression, name);
                                          });
                               }) ||
           std::ranges::any_of(table.constraints,
                               [&](const schema::Constraint& constraint) { return has(constraint.condition, name); });
}

Costs::Costs(Dialect dialect, const Shapes& from, const Shapes& to, const Renames& renames, ConstraintNames& names)
    : dialect_(dialect), from_(from), to_(to), pairing_(pair_up(from, to, renames)), names_(names) {
    for (const auto& [old_table, key] : pairing_.pairs) {
        const TableChange change = compare(*old_table, to.at(key), key, renames, pairing_.table_names, to);
        for (const auto& [old_column, new_column] : change.kept)
            types_[to.at(key).table + "." + new_column->name] = old_column->type;
    }
    for (const TableShape* table : pairing_.created) created_.insert(table->table);
}

Cost Costs::next(const Emitted& statement) {
    Cost cost = dialect_ == Dialect::sqlite ? sqlite(statement.sql) : postgres(statement.sql);
    const bool empty = cost.locks.empty() || created_.contains(cost.locks.front().table);  // made just now
    if (empty && dialect_ == Dialect::postgres) cost.work = Work::catalogue;
    std::erase_if(cost.locks, [&](const TableLock& lock) { return created_.contains(lock.table); });
    return cost;
}

Cost Costs::sqlite(const std::string& sql) const {
    if (sql.starts_with("INSERT INTO \"new__")) return {{}, Work::rewrite};
    if (sql.starts_with("CREATE") && has(sql.substr(0, 20), "INDEX"))
        return {{}, created_.contains(name_after(sql, " ON ")) ? Work::catalogue : Work::index};
    if (sql.starts_with("UPDATE")) return {{}, Work::rows};
    return {};
}

Cost Costs::postgres(const std::string& sql) {
    Cost cost;
    const auto names = quoted(sql);
    const std::string first = names.empty() ? std::string() : names.front();
    if (sql.starts_with("ALTER TABLE ")) {
        const std::size_t at = quote(first).size() + 12;
        return alter_table(first, at < sql.size() ? sql.substr(at + 1) : std::string());
    }
    if (sql.starts_with("CREATE") && has(sql.substr(0, 20), "INDEX")) {
        const bool online = sql.starts_with("CREATE INDEX CONCURRENTLY") || has(sql.substr(0, 40), "CONCURRENTLY");
        add(cost.locks, name_after(sql, " ON "), online ? gentle : "SHARE");
        cost.work = Work::index;
    } else if (sql.starts_with("DROP INDEX")) {
        for (const auto& [key, table] : from_)
            for (const IndexShape& index : table.indexes)
                if (index.index.name == names.back())
                    add(cost.locks, table.table, has(sql, "CONCURRENTLY") ? gentle : exclusive);
    } else if (sql.starts_with("DROP TABLE")) {
        add(cost.locks, first, exclusive);
        for (const auto& [key, table] : from_)
            for (const ColumnShape& column : table.columns) {
                if (!column.reference) continue;
                const std::string& target = column.reference->table;
                if (table.table == first && !dropped_.contains(target)) add(cost.locks, target, exclusive);
                if (target == first && !dropped_.contains(table.table)) add(cost.locks, table.table, exclusive);
            }
        dropped_.insert(first);
    } else if (sql.starts_with("LOCK TABLE")) {
        add(cost.locks, first, exclusive);
    } else if (sql.starts_with("UPDATE")) {
        add(cost.locks, first, "ROW EXCLUSIVE");
        cost.work = Work::rows;
    } else if (sql.starts_with("SELECT setval")) {
        add(cost.locks, names.back(), "ACCESS SHARE");
        cost.work = Work::scan;
    }
    return cost;
}

Cost Costs::alter_table(const std::string& table, const std::string& action) {
    Cost cost;
    const std::string column = quoted(action).empty() ? std::string() : quoted(action).front();
    if (action.starts_with("VALIDATE CONSTRAINT")) {
        add(cost.locks, table, gentle);
        for (const auto& [key, shape] : to_)
            for (const ColumnShape& candidate : shape.columns) {
                if (shape.table != table) continue;
                if (schema::constraint_name(table, {candidate.name}, "_notnull") == column)
                    vouched_.insert(table + "." + candidate.name);
                if (candidate.reference && foreign_key_name(shape, candidate) == column)
                    add(cost.locks, candidate.reference->table, "ROW SHARE");
            }
        cost.work = Work::scan;
        return cost;
    }
    const bool adds_constraint = action.starts_with("ADD CONSTRAINT") || action.starts_with("ADD UNIQUE");
    if (adds_constraint && has(action, " FOREIGN KEY ")) {
        add(cost.locks, table, both_write);
        add(cost.locks, name_after(action, "REFERENCES "), both_write);
        cost.work = action.ends_with("NOT VALID") ? Work::catalogue : Work::scan;
        return cost;
    }
    add(cost.locks, table, exclusive);
    if (adds_constraint && has(action, " USING INDEX "))
        cost.work = Work::catalogue;
    else if (adds_constraint && has(action, "UNIQUE"))
        cost.work = Work::index;
    else if (adds_constraint)
        cost.work = action.ends_with("NOT VALID") ? Work::catalogue : Work::scan;
    else if (action.starts_with("ADD PRIMARY KEY"))
        cost.work = Work::index;
    else if (action.starts_with("ADD COLUMN"))
        cost.work = has(action, "GENERATED") || (has(action, " DEFAULT ") && differs_by_row(table, column))
                        ? Work::rewrite
                    : has(action, " UNIQUE") || has(action, " PRIMARY KEY") ? Work::index
                                                                            : Work::catalogue;
    else if (action.starts_with("ALTER COLUMN") && has(action, " TYPE ")) {
        std::string type = action.substr(action.find(" TYPE ") + 6);
        type = type.substr(0, type.find(" USING "));
        const auto shape = std::ranges::find(to_, table, [](const auto& entry) { return entry.second.table; });
        cost.work = !without_rewrite(old_type(table, column), type)              ? Work::rewrite
                    : shape != to_.end() && computed_from(shape->second, column) ? Work::index
                                                                                 : Work::catalogue;
    } else if (action.starts_with("ALTER COLUMN") && action.ends_with(" SET NOT NULL")) {
        cost.work = vouched_.contains(table + "." + column) ? Work::catalogue : Work::scan;
    } else if (action.starts_with("DROP COLUMN")) {
        add_reference(cost.locks, table, column, exclusive);
    } else if (action.starts_with("DROP CONSTRAINT")) {
        add_constraint_target(cost.locks, table, column);
    }
    return cost;
}

bool Costs::differs_by_row(const std::string& table, const std::string& column) const {
    const auto shape = std::ranges::find(to_, table, [](const auto& entry) { return entry.second.table; });
    const ColumnShape* added = shape == to_.end() ? nullptr : shape->second.column(column);
    return added && added->fill && !same_for_all_rows(*added->fill);
}

std::string Costs::old_type(const std::string& table, const std::string& column) const {
    const auto found = types_.find(table + "." + column);
    return found == types_.end() ? std::string() : found->second;
}

void Costs::add_reference(std::vector<TableLock>& locks, const std::string& table, const std::string& column,
                          const std::string& mode) const {
    for (const auto& [key, shape] : from_)
        if (const ColumnShape* found = shape.table == table ? shape.column(column) : nullptr; found && found->reference)
            add(locks, found->reference->table, mode);
    // A key that others refer to takes their constraints with it.
    for (const auto& [key, shape] : from_)
        for (const ColumnShape& other : shape.columns)
            if (other.reference && other.reference->table == table && other.reference->column == column)
                add(locks, shape.table, mode);
}

void Costs::add_constraint_target(std::vector<TableLock>& locks, const std::string& table,
                                  const std::string& constraint) {
    for (const auto& [key, shape] : from_)
        for (const ColumnShape& column : shape.columns)
            if (shape.table == table && column.reference &&
                names_.find(table, column.name, ConstraintKind::foreign_key, foreign_key_name(shape, column)) ==
                    constraint)
                return add(locks, column.reference->table, exclusive);
}

void Costs::add(std::vector<TableLock>& locks, const std::string& table, const std::string& mode) {
    if (table.empty() || std::ranges::any_of(locks, [&](const TableLock& lock) { return lock.table == table; })) return;
    locks.push_back({table, mode});
}

}  // namespace orm::migrations
