// SQLite: what ALTER TABLE cannot do is done by building the table anew (https://sqlite.org/lang_altertable.html,
// section 7). The executor has switched foreign keys off, and checks them before it commits.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "migrations/editor.hpp"
#include "migrations/text_rows.hpp"

namespace orm::migrations {

namespace {

class SqliteEditor final : public Editor {
  public:
    using Editor::Editor;
    SqliteEditor(Connection* connection, Sink sink) : Editor(connection, std::move(sink)) {}

    void change(const Shapes& from, const Shapes& to, const Renames& renames) override {
        Pairing pairing = pair_up(from, to, renames);
        for (const TableShape* table : pairing.dropped) emit("DROP TABLE " + quote(table->table));
        for (const auto& [old_table, key] : pairing.pairs)
            if (const std::string& now = to.at(key).table; now != old_table->table)
                emit(fmt::format("ALTER TABLE {} RENAME TO {}", quote(old_table->table), quote(now)));
        for (const auto& [old_table, key] : pairing.pairs)
            change_table(compare(*old_table, to.at(key), key, renames, pairing.table_names, to));
        for (const TableShape* table : pairing.created) {
            emit(create_table_sql(*table, Dialect::sqlite, table->table));
            for (const IndexShape& index : table->indexes) emit(create_index_sql(*table, index, Dialect::sqlite));
        }
    }

  private:
    static bool simple(const ColumnShape& column) {
        return column.null && !column.unique && !column.primary_key && !column.fill;
    }

    void change_table(const TableChange& change) {
        const TableShape& table = *change.new_table;
        for (const auto& [old_name, new_name] : change.renamed)
            emit(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", quote(table.table), quote(old_name),
                             quote(new_name)));
        bool in_place = change.removed.empty() && change.altered.empty() && change.dropped_constraints.empty() &&
                        change.added_constraints.empty() && change.renamed_constraints.empty() &&
                        std::ranges::all_of(change.added, [](const ColumnShape* column) { return simple(*column); });
        if (!in_place) {
            rebuild(change);
            return;
        }
        for (const ColumnShape* column : change.added)
            emit(fmt::format("ALTER TABLE {} ADD COLUMN {}", quote(table.table),
                             column_sql(*column, Dialect::sqlite, false)));
        for (const std::string& name : change.dropped_indexes) emit("DROP INDEX " + quote(name));
        for (const auto& [old_name, new_name] : change.renamed_indexes) emit("DROP INDEX " + quote(old_name));
        for (const auto& [old_name, new_name] : change.renamed_indexes)
            emit(create_index_sql(table,
                                  *std::ranges::find(table.indexes, new_name, [](auto& i) { return i.index.name; }),
                                  Dialect::sqlite));
        for (const IndexShape* index : change.added_indexes) emit(create_index_sql(table, *index, Dialect::sqlite));
    }

    void rebuild(const TableChange& change) {
        const TableShape& table = *change.new_table;
        // What others put on the table: triggers, and indexes that no migration knows.
        std::set<std::string> known(change.dropped_indexes.begin(), change.dropped_indexes.end());
        for (const auto& shape : change.old_table->indexes) known.insert(shape.index.name);
        for (const auto& shape : table.indexes) known.insert(shape.index.name);
        std::vector<std::string> foreign;
        if (connection_)
            for (auto& row :
                 text_rows(*connection_,
                           "SELECT name, sql FROM sqlite_master WHERE lower(tbl_name) = lower(?1) AND type IN "
                           "('index', 'trigger') AND sql IS NOT NULL ORDER BY type, name",
                           2, {table.table}))
                if (!known.contains(*row[0])) foreign.push_back(*row[1]);

        std::string fresh = "new__" + table.table;
        emit(create_table_sql(table, Dialect::sqlite, fresh));
        std::vector<std::string> targets, sources;
        for (const ColumnShape& column : table.columns) {
            auto pair = std::ranges::find(change.kept, &column, [](const auto& kept) { return kept.second; });
            if (pair != change.kept.end()) {
                targets.push_back(quote(column.name));
                bool fills = pair->first->null && !column.null && column.fill;
                sources.push_back(fills ? fmt::format("COALESCE({}, {})", quote(column.name), *column.fill)
                                        : quote(column.name));
            } else if (column.fill) {
                targets.push_back(quote(column.name));
                sources.push_back(*column.fill);
            } else if (!column.null && !column.identity) {
                targets.push_back(quote(column.name));  // fails where the table has rows, naming the column
                sources.push_back("NULL");
            }
        }
        emit(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", quote(fresh), fmt::join(targets, ", "),
                         fmt::join(sources, ", "), quote(table.table)));
        bool counted = std::ranges::any_of(table.columns, &ColumnShape::identity);
        if (counted && std::ranges::any_of(change.old_table->columns, &ColumnShape::identity)) {
            std::string name = literal(fresh);
            emit(fmt::format("DELETE FROM \"sqlite_sequence\" WHERE name = {}", name));
            emit(fmt::format(
                "INSERT INTO \"sqlite_sequence\" (name, seq) SELECT {}, seq FROM \"sqlite_sequence\" WHERE name = {}",
                name, literal(table.table)));
        }
        emit("PRAGMA legacy_alter_table = ON");  // other tables', views' and triggers' references keep naming the table
        emit("DROP TABLE " + quote(table.table));
        emit(fmt::format("ALTER TABLE {} RENAME TO {}", quote(fresh), quote(table.table)));
        emit("PRAGMA legacy_alter_table = OFF");
        for (const IndexShape& index : table.indexes) emit(create_index_sql(table, index, Dialect::sqlite));
        for (const std::string& sql : foreign) emit(sql);
    }
};

}  // namespace

std::unique_ptr<Editor> sqlite_editor(Connection* connection, Sink sink) {
    return std::make_unique<SqliteEditor>(connection, std::move(sink));
}

}  // namespace orm::migrations
