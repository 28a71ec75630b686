// PostgreSQL: everything is an ALTER. Foreign keys go first and come back last, so that key types can change together.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "migrations/constraint_names.hpp"
#include "migrations/default_value.hpp"
#include "migrations/editor.hpp"
#include "migrations/locks.hpp"
#include "migrations/text_rows.hpp"
#include "migrations/type_change.hpp"

namespace orm::migrations {

namespace {

class PostgresEditor final : public Editor {
  public:
    PostgresEditor(Connection* connection, Sink sink, Safety safety, ConstraintNames* names)
        : Editor(connection, std::move(sink)),
          safety_(std::move(safety)),
          own_names_(connection),
          names_(names ? *names : own_names_) {}

    void change(const Shapes& from, const Shapes& to, const Renames& renames) override {
        Pairing pairing = pair_up(from, to, renames);
        for (const TableShape* table : pairing.dropped) emit(fmt::format("DROP TABLE {} CASCADE", quote(table->table)));
        std::vector<TableChange> changes;
        for (const auto& [old_table, key] : pairing.pairs)
            changes.push_back(compare(*old_table, to.at(key), key, renames, pairing.table_names, to));

        for (const TableChange& change : changes) drop_foreign_keys(change);
        for (const TableChange& change : changes) drop_parts(change);
        for (const TableChange& change : changes) rename(change);
        for (const TableChange& change : changes) alter_columns(change);
        for (const TableShape* table : pairing.created) emit(create_table_sql(*table, Dialect::postgres, table->table));
        for (const TableChange& change : changes) add_parts(change);
        for (const TableShape* table : pairing.created)
            for (const ColumnShape& column : table->columns)
                if (column.reference) add_foreign_key(*table, column, false);
        for (const TableShape* table : pairing.created)
            for (const IndexShape& index : table->indexes) emit(create_index_sql(*table, index, Dialect::postgres));
    }

  private:
    // Large tables keep their readers and writers: no statement that scans or rewrites while it locks.
    bool online(const TableChange& change) const { return safety_.large && safety_.large(change.old_table->table); }
    void create_index(const TableShape& table, const IndexShape& index, bool gently) {
        if (!gently) return emit(create_index_sql(table, index, Dialect::postgres));
        emit({.how = Emitted::How::concurrent,
              .sql = create_index_sql(table, index, Dialect::postgres, true),
              .index = index.index.name,
              .table = table.table});
    }
    void drop_index(const std::string& name, bool gently) {
        if (!gently) return emit("DROP INDEX IF EXISTS " + quote(name));
        emit({.how = Emitted::How::concurrent,
              .sql = "DROP INDEX CONCURRENTLY IF EXISTS " + quote(name),
              .index = name});
    }
    void unique_constraint(const TableShape& table, const std::string& name, const std::vector<std::string>& columns,
                           bool gently) {
        if (!gently)
            return emit(fmt::format("ALTER TABLE {} ADD {}UNIQUE ({})", quote(table.table),
                                    name.empty() ? "" : "CONSTRAINT " + quote(name) + " ", quote_list(columns)));
        from_index(table, name.empty() ? unique_name(table.table, columns.front()) : name, columns, "UNIQUE");
    }
    // Its column is required already, as NOT NULL says, so PostgreSQL reads no row for that.
    void primary_key(const TableShape& table, const std::string& column, bool gently) {
        if (!gently) return emit(fmt::format("ALTER TABLE {} ADD PRIMARY KEY ({})", quote(table.table), quote(column)));
        from_index(table, primary_key_name(table.table), {column}, "PRIMARY KEY");
    }
    // A constraint that a unique index, built while others write, becomes in an instant.
    void from_index(const TableShape& table, const std::string& name, const std::vector<std::string>& columns,
                    const char* kind) {
        IndexShape index;
        index.index.name = name;
        index.index.unique = true;
        for (const std::string& column : columns) index.index.parts.push_back({column, {}, false});
        create_index(table, index, true);
        emit({.how = Emitted::How::separate,
              .sql = fmt::format("ALTER TABLE {0} ADD CONSTRAINT {1} {2} USING INDEX {1}", quote(table.table),
                                 quote(name), kind)});
    }
    // A constraint that is checked for new rows at once, and for those that are there under a lock that lets others
    // work.
    void validated(const TableShape& table, const std::string& name, const std::string& definition, bool gently) {
        std::string alter = "ALTER TABLE " + quote(table.table) + " ";
        emit(alter + fmt::format("ADD CONSTRAINT {} {}{}", quote(name), definition, gently ? " NOT VALID" : ""));
        if (gently) emit({.how = Emitted::How::separate, .sql = alter + "VALIDATE CONSTRAINT " + quote(name)});
    }
    void fill(const TableShape& table, const ColumnShape& column, const std::string& value, bool gently) {
        const std::string name = quote(column.name);
        Emitted fill{
            .how = gently ? Emitted::How::batched : Emitted::How::plain,
            .sql = fmt::format("UPDATE {} SET {} = {} WHERE {} IS NULL", quote(table.table), name, value, name)};
        fill.table = table.table;
        fill.column = column.name;
        fill.expression = value;
        // Or somebody inserts a row without a value between this and what requires one. The lock is the one that SET
        // NOT NULL needs: going from a weaker one to that would be a deadlock with whoever reads first and writes then.
        if (!gently && safety_.in_transaction)
            emit(fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", quote(table.table)));
        emit(fill);
        if (gently) return;
        emit("SET CONSTRAINTS ALL IMMEDIATE");
        emit("SET CONSTRAINTS ALL DEFERRED");
    }
    // Others insert rows without a value until the check refuses them: what they wrote meanwhile is filled after that,
    // and only then are all rows read.
    void require_value(const TableShape& table, const ColumnShape& column, bool gently) {
        const std::string alter = "ALTER TABLE " + quote(table.table) + " ";
        const std::optional<std::string>& value = column.fill ? column.fill : safety_.filled;
        if (column.fill || (value && !gently)) fill(table, column, *value, gently);
        if (!gently) return emit(alter + fmt::format("ALTER COLUMN {} SET NOT NULL", quote(column.name)));
        const std::string name = schema::constraint_name(table.table, {column.name}, "_notnull");
        emit({.how = Emitted::How::separate,
              .sql = alter + fmt::format("ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID", quote(name),
                                         quote(column.name))});
        if (value) fill(table, column, *value, true);
        emit({.how = Emitted::How::separate, .sql = alter + "VALIDATE CONSTRAINT " + quote(name)});
        emit({.how = Emitted::How::separate,
              .sql = alter + fmt::format("ALTER COLUMN {} SET NOT NULL", quote(column.name))});
        emit(alter + "DROP CONSTRAINT " + quote(name));
    }
    bool exists_index(const std::string& name) {
        if (!connection_ || safety_.fixed) return true;
        return text_value(*connection_,
                          "SELECT 'x' FROM pg_class WHERE oid = to_regclass($1::text) AND relkind IN ('i', 'I')",
                          {quote(name)})
            .has_value();
    }
    // On the table under the one name or the other, since the rename may have run, or wait for its turn.
    bool exists_constraint(const std::pair<std::string, std::string>& tables, const std::string& name) {
        if (!connection_ || safety_.fixed) return true;
        return text_value(*connection_,
                          "SELECT 'x' FROM pg_constraint WHERE conrelid IN (to_regclass($1::text), "
                          "to_regclass($2::text)) AND conname = $3::text",
                          {quote(tables.first), quote(tables.second), name})
            .has_value();
    }

    void drop_foreign_keys(const TableChange& change) {
        const TableShape& table = *change.old_table;
        for (const auto& [old_column, new_column] : change.altered)
            if (old_column->reference && reference_changes(*old_column, *new_column))
                drop_constraint(table.table, names_.find(table.table, old_column->name, ConstraintKind::foreign_key,
                                                         foreign_key_name(table, *old_column)));
    }
    void drop_constraint(const std::string& table, const std::string& name) {
        emit(fmt::format("ALTER TABLE {} DROP CONSTRAINT {}", quote(table), quote(name)));
    }
    void drop_parts(const TableChange& change) {
        const TableShape& table = *change.old_table;
        for (const auto* constraint : change.dropped_constraints) drop_constraint(table.table, constraint->name);
        for (const std::string& name : change.dropped_indexes) drop_index(name, online(change));
        for (const auto& [old_column, new_column] : change.altered) {
            if (old_column->unique && !new_column->unique)
                drop_constraint(table.table, names_.find(table.table, old_column->name, ConstraintKind::unique,
                                                         unique_name(table.table, old_column->name)));
            if (old_column->primary_key && !new_column->primary_key)
                drop_constraint(table.table, names_.find(table.table, old_column->name, ConstraintKind::primary_key,
                                                         primary_key_name(table.table)));
        }
        for (const ColumnShape* column : change.removed)
            emit(fmt::format("ALTER TABLE {} DROP COLUMN {} CASCADE", quote(table.table), quote(column->name)));
    }
    void rename(const TableChange& change) {
        const TableShape &before = *change.old_table, &after = *change.new_table;
        if (change.table_renamed())
            emit(fmt::format("ALTER TABLE {} RENAME TO {}", quote(before.table), quote(after.table)));
        for (const auto& [old_name, new_name] : change.renamed)
            emit(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", quote(after.table), quote(old_name),
                             quote(new_name)));
        for (const auto& [old_name, new_name] : change.renamed_indexes)
            if (exists_index(old_name))
                emit(fmt::format("ALTER INDEX IF EXISTS {} RENAME TO {}", quote(old_name), quote(new_name)));
        for (const auto& [old_name, new_name] : change.renamed_constraints)
            if (exists_constraint({before.table, after.table}, old_name))
                emit(fmt::format("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", quote(after.table), quote(old_name),
                                 quote(new_name)));
    }
    void alter_columns(const TableChange& change) {
        const std::string table = quote(change.new_table->table);
        for (const ColumnShape* column : change.added) {
            if (online(change) && column->identity)
                safety_.refuse(fmt::format("adding the generated key {} rewrites {}", column->name, table));
            ColumnShape first = *column;
            const bool unique_later = online(change) && column->unique;
            if (unique_later) first.unique = false;
            // A default of its own for each row rewrites the table: there it comes batch by batch.
            const bool each_row = online(change) && column->fill && !same_for_all_rows(*column->fill);
            const bool filled_later = each_row && !column->primary_key &&
                                      std::ranges::any_of(change.new_table->columns, &ColumnShape::primary_key);
            if (each_row && !filled_later)
                safety_.refuse(
                    fmt::format("adding {}.{} with a default of its own for each row rewrites the table while "
                                "nobody can read it, because batches need a key; add it as a plain field "
                                "while the table has one, fill it, and make it the key in a later migration",
                                table, quote(column->name)));
            if (filled_later) {
                first.null = true;
                first.fill.reset();
            }
            emit(fmt::format("ALTER TABLE {} ADD COLUMN {}", table, column_sql(first, Dialect::postgres, true)));
            if (first.fill)
                emit(fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", table, quote(column->name)));
            if (filled_later && column->null) fill(*change.new_table, *column, *column->fill, true);
            if (filled_later && !column->null) require_value(*change.new_table, *column, true);
            if (unique_later) unique_constraint(*change.new_table, "", {column->name}, true);
        }
        for (const auto& [old_column, new_column] : change.altered) {
            const std::string alter = fmt::format("ALTER TABLE {} ALTER COLUMN {} ", table, quote(new_column->name));
            if (old_column->identity && !new_column->identity) emit(alter + "DROP IDENTITY");
            if (old_column->type != new_column->type && online(change) &&
                !without_rewrite(old_column->type, new_column->type))
                safety_.refuse(fmt::format(
                    "changing {}.{} from {} to {} rewrites the table while nobody can read it; add a column of "
                    "the new type, fill it, and let the program move over",
                    table, quote(new_column->name), old_column->type, new_column->type));
            else if (old_column->type != new_column->type && online(change) &&
                     computed_from(*change.new_table, new_column->name))
                safety_.refuse(
                    fmt::format("changing {}.{} from {} to {} builds indexes and checks that are computed from it anew "
                                "while nobody "
                                "can read the table; remove those first, and add them again in a later migration",
                                table, quote(new_column->name), old_column->type, new_column->type));
            if (old_column->type != new_column->type)
                emit(alter + type_change(quote(new_column->name), old_column->type, new_column->type));
            if (!old_column->null && new_column->null) emit(alter + "DROP NOT NULL");
            if (old_column->null && !new_column->null) require_value(*change.new_table, *new_column, online(change));
            if (!old_column->identity && new_column->identity) {
                emit(alter + "ADD GENERATED BY DEFAULT AS IDENTITY");
                emit(fmt::format(
                    "SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({}), 0) + 1, false) FROM {}",
                    literal(table), literal(new_column->name), quote(new_column->name), table));
            }
        }
    }
    void add_parts(const TableChange& change) {
        const TableShape& table = *change.new_table;
        for (const auto& [old_column, new_column] : change.altered) {
            if (!old_column->primary_key && new_column->primary_key)
                primary_key(table, new_column->name, online(change));
            if (!old_column->unique && new_column->unique)
                unique_constraint(table, "", {new_column->name}, online(change));
        }
        for (const auto* constraint : change.added_constraints) add_constraint(table, *constraint, online(change));
        for (const ColumnShape* column : change.added)
            if (column->reference) add_foreign_key(table, *column, online(change));
        for (const auto& [old_column, new_column] : change.altered)
            if (new_column->reference && reference_changes(*old_column, *new_column))
                add_foreign_key(table, *new_column, online(change));
        for (const IndexShape* index : change.added_indexes) create_index(table, *index, online(change));
    }
    void add_constraint(const TableShape& table, const schema::Constraint& constraint, bool gently) {
        if (constraint.kind == schema::Constraint::Kind::unique)
            return unique_constraint(table, constraint.name, constraint.columns, gently);
        validated(table, constraint.name, fmt::format("CHECK ({})", constraint.condition), gently);
    }
    void add_foreign_key(const TableShape& table, const ColumnShape& column, bool gently) {
        validated(table, foreign_key_name(table, column),
                  fmt::format("FOREIGN KEY ({}) REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED", quote(column.name),
                              quote(column.reference->table), quote(column.reference->column)),
                  gently);
    }

    Safety safety_;
    ConstraintNames own_names_;
    ConstraintNames& names_;
};

}  // namespace

std::unique_ptr<Editor> postgres_editor(Connection* connection, Sink sink, Safety safety, ConstraintNames* names) {
    return std::make_unique<PostgresEditor>(connection, std::move(sink), std::move(safety), names);
}

}  // namespace orm::migrations
