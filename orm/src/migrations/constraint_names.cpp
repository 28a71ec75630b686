#include "migrations/constraint_names.hpp"

#include <algorithm>
#include <string_view>

#include "migrations/editor.hpp"
#include "migrations/text_rows.hpp"

namespace orm::migrations {

std::string unique_name(const std::string& table, const std::string& column) {
    std::size_t first = table.size(), second = column.size();
    while (first + second > 63 - std::string_view("__key").size()) --(first > second ? first : second);
    return table.substr(0, first) + "_" + column.substr(0, second) + "_key";
}

std::string primary_key_name(const std::string& table) {
    constexpr std::string_view suffix = "_pkey";
    std::size_t length = std::min(table.size(), 63 - suffix.size());
    while (length < table.size() && (static_cast<unsigned char>(table[length]) & 0xC0) == 0x80) --length;
    return table.substr(0, length).append(suffix);
}

std::string ConstraintNames::find(const std::string& table, const std::string& column, ConstraintKind kind,
                                  const std::string& ours) {
    if (const auto found = known_.find({table, column, kind}); found != known_.end()) return found->second;
    if (!connection_) return ours;
    const auto name = text_value(
        *connection_,
        "SELECT c.conname::text FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND "
        "a.attnum = c.conkey[1] WHERE c.conrelid = to_regclass($1::text) AND c.contype = $3::text::\"char\" AND "
        "cardinality(c.conkey) = 1 AND a.attname = $2::text ORDER BY c.conname LIMIT 1",
        {quote(table), column, std::string(1, static_cast<char>(kind))});
    return name ? *name : ours;
}

void ConstraintNames::follow(const Shapes& before, const Shapes& after, const Renames& renames) {
    const Pairing pairing = pair_up(before, after, renames);
    std::map<Place, std::string> now;
    const auto keep = [&](const TableShape& old_table, const ColumnShape& old_column, const TableShape& table,
                          const ColumnShape& column, ConstraintKind kind, bool was_there, const std::string& ours) {
        const Place place{table.table, column.name, kind};
        if (!was_there)
            now[place] = ours;  // made by the operation
        else if (old_table.table != table.table || old_column.name != column.name ||
                 known_.contains({old_table.table, old_column.name, kind}))
            now[place] = find(old_table.table, old_column.name, kind, ours);
    };
    for (const auto& [old_table, key] : pairing.pairs) {
        const TableShape& table = after.at(key);
        const TableChange change = compare(*old_table, table, key, renames, pairing.table_names, after);
        for (const auto& [old_column, column] : change.kept) {
            if (column->unique)
                keep(*old_table, *old_column, table, *column, ConstraintKind::unique, old_column->unique,
                     unique_name(old_column->unique ? old_table->table : table.table,
                                 old_column->unique ? old_column->name : column->name));
            if (column->primary_key)
                keep(*old_table, *old_column, table, *column, ConstraintKind::primary_key, old_column->primary_key,
                     primary_key_name(old_column->primary_key ? old_table->table : table.table));
            if (!column->reference) continue;
            const bool anew =
                reference_changes(*old_column, *column) &&
                std::ranges::any_of(change.altered, [&](const auto& pair) { return pair.second == column; });
            keep(*old_table, *old_column, table, *column, ConstraintKind::foreign_key, old_column->reference && !anew,
                 anew ? foreign_key_name(table, *column) : foreign_key_name(*old_table, *old_column));
        }
        for (const ColumnShape* column : change.added) {
            if (column->unique)
                now[{table.table, column->name, ConstraintKind::unique}] = unique_name(table.table, column->name);
            if (column->primary_key)
                now[{table.table, column->name, ConstraintKind::primary_key}] = primary_key_name(table.table);
            if (column->reference)
                now[{table.table, column->name, ConstraintKind::foreign_key}] = foreign_key_name(table, *column);
        }
    }
    for (const TableShape* table : pairing.created)
        for (const ColumnShape& column : table->columns) {
            if (column.unique)
                now[{table->table, column.name, ConstraintKind::unique}] = unique_name(table->table, column.name);
            if (column.primary_key)
                now[{table->table, column.name, ConstraintKind::primary_key}] = primary_key_name(table->table);
            if (column.reference)
                now[{table->table, column.name, ConstraintKind::foreign_key}] = foreign_key_name(*table, column);
        }
    known_ = std::move(now);
}

}  // namespace orm::migrations
