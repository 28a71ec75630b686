// check --database: the models' schema is built on the side, and both are read with the same eyes, so that the
// database's own spelling of expressions and conditions cannot make a difference.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "migrations/constraint_names.hpp"
#include "migrations/editor.hpp"
#include "migrations/graph.hpp"
#include "migrations/history.hpp"
#include "migrations/live.hpp"
#include "migrations/type_change.hpp"
#include "orm/errors.hpp"
#include "orm/migration.hpp"
#include "orm/migration_check.hpp"

namespace orm::migrations {

namespace {

LiveSchema wanted_schema(Connection& connection, const schema::State& models) {
    if (connection.dialect() == Dialect::sqlite) {
        auto scratch = orm::connect(parse_url("sqlite::memory:"));
        create_all(*scratch, models);
        return read_live(*scratch);
    }
    const std::string name = "entreprinder_check";
    bool inside = connection.in_transaction();
    connection.script(inside ? "SAVEPOINT entreprinder_check" : "BEGIN");
    auto undo = [&] {
        connection.script(inside ? "ROLLBACK TO SAVEPOINT entreprinder_check; RELEASE SAVEPOINT entreprinder_check"
                                 : "ROLLBACK");
    };
    LiveSchema result;
    try {
        connection.script(fmt::format(
            "CREATE SCHEMA {0}; SELECT set_config('search_path', '{0}, ' || current_setting('search_path'), true)",
            name));
        create_all(connection, models);
        result = read_live(connection, name);
    } catch (const ConnectionLost&) {
        throw;
    } catch (...) {
        undo();
        throw;
    }
    undo();
    return result;
}

std::string shape(const LiveColumn& column) {
    return fmt::format("{}{}{}", column.type, column.null ? " NULL" : " NOT NULL", column.identity ? " generated" : "");
}

class Comparison {
  public:
    Comparison(Connection& connection, const Shapes& shapes)
        : connection_(connection), dialect_(connection.dialect()), shapes_(shapes) {}

    std::vector<Difference> run(const LiveSchema& live, const LiveSchema& wanted) {
        for (const auto& [name, table] : wanted) {
            table_ = name;
            shape_ = nullptr;
            for (const auto& [key, candidate] : shapes_)
                if (candidate.table == name) shape_ = &candidate;
            auto found = live.find(name);
            live_ = found == live.end() ? nullptr : &found->second;
            if (!live_) {
                add(Kind::missing, Part::table, fmt::format("the table {} is missing", name), creation());
                continue;
            }
            columns(*live_, table);
            keys(*live_, table);
            indexes(*live_, table);
            checks(*live_, table);
        }
        // Missing tables first: what refers to them can be mended only then.
        std::ranges::stable_partition(result_, [](const Difference& one) { return one.part == Part::table; });
        return std::move(result_);
    }

  private:
    using Kind = Difference::Kind;
    using Part = Difference::Part;

    void add(Kind kind, Part part, std::string text, std::string remedy = {}) {
        result_.push_back({kind, part, table_, std::move(text), std::move(remedy)});
    }
    bool postgres() const { return dialect_ == Dialect::postgres; }
    // What one ALTER TABLE does on PostgreSQL; SQLite builds the table anew.
    std::string alter(const std::string& what) const {
        return postgres() ? fmt::format("ALTER TABLE {} {}", quote(table_), what) : rebuild();
    }

    std::string statements(const Shapes& from, const Shapes& to) const {
        std::string result;
        auto editor = editor_for(dialect_, &connection_, [&](const Emitted& statement) {
            result += (result.empty() ? "" : ";\n") + statement.sql;
        });
        editor->change(from, to, {});
        return result;
    }

    std::string creation() const {
        if (!shape_) return "";
        TableShape shape = *shape_;
        if (postgres())  // they are differences of their own: the other table may be missing, too
            for (ColumnShape& column : shape.columns) column.reference.reset();
        return statements({}, {{table_, shape}});
    }

    // SQLite: the table as the models say, with its rows, and with the columns that they do not know.
    std::string rebuild() const {
        if (!shape_ || !live_) return "";
        TableShape to = *shape_, from = *shape_;
        std::erase_if(from.columns, [&](const ColumnShape& column) { return !live_->find(column.name); });
        for (ColumnShape& column : from.columns) column.null = live_->find(column.name)->null;
        for (const LiveColumn& column : live_->columns)
            if (!shape_->column(column.name)) {
                ColumnShape kept;
                kept.field = kept.name = column.name;
                kept.type = column.type;
                kept.null = true;
                to.columns.push_back(kept);
                from.columns.push_back(kept);
            }
        from.constraints.push_back({schema::Constraint::Kind::check, "", {}, ""});  // never there: a reason to build
        return "PRAGMA foreign_keys = OFF;\nBEGIN;\n" + statements({{table_, from}}, {{table_, to}}) +
               ";\nCOMMIT;\nPRAGMA foreign_keys = ON";
    }

    std::string addition(const ColumnShape& column) const {
        if (!postgres() && (!column.null || column.unique || column.primary_key)) return rebuild();
        const bool filled = !column.null && column.fill.has_value();
        ColumnShape plain = column;
        if (postgres()) plain.unique = false;  // an index of its own, and named
        std::string sql =
            fmt::format("ALTER TABLE {} ADD COLUMN {}", quote(table_), column_sql(plain, dialect_, filled));
        if (filled) sql += ";\n" + alter(fmt::format("ALTER COLUMN {} DROP DEFAULT", quote(column.name)));
        return sql;
    }

    std::string alteration(const LiveColumn& live, const LiveColumn& wanted) const {
        const std::string name = quote(wanted.name);
        if (live.type != wanted.type)
            return alter(fmt::format("ALTER COLUMN {} {}", name, type_change(name, live.type, wanted.type)));
        if (live.null != wanted.null) {
            const ColumnShape* model = shape_ ? shape_->column(wanted.name) : nullptr;
            std::string fill;
            if (postgres() && !wanted.null && model && model->fill)
                fill =
                    fmt::format("UPDATE {} SET {} = {} WHERE {} IS NULL;\n", quote(table_), name, *model->fill, name);
            return fill + alter(fmt::format("ALTER COLUMN {} {} NOT NULL", name, wanted.null ? "DROP" : "SET"));
        }
        if (!wanted.identity) return alter(fmt::format("ALTER COLUMN {} DROP IDENTITY", name));
        std::string identity = alter(fmt::format("ALTER COLUMN {} ADD GENERATED BY DEFAULT AS IDENTITY", name));
        if (postgres())
            identity +=
                fmt::format(";\nSELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({}), 0) + 1, false) FROM {}",
                            literal(quote(table_)), literal(wanted.name), name, quote(table_));
        return identity;
    }

    void columns(const LiveTable& live, const LiveTable& wanted) {
        for (const LiveColumn& column : wanted.columns) {
            const LiveColumn* there = live.find(column.name);
            const ColumnShape* model = shape_ ? shape_->column(column.name) : nullptr;
            if (!there)
                add(Kind::missing, Part::column, fmt::format("the column {}.{} is missing", table_, column.name),
                    model ? addition(*model) : "");
            else if (shape(*there) != shape(column))
                add(Kind::differs, Part::column,
                    fmt::format("{}.{} is {}, the model says {}", table_, column.name, shape(*there), shape(column)),
                    alteration(*there, column));
        }
        for (const LiveColumn& column : live.columns)
            if (!wanted.find(column.name))
                add(Kind::unknown, Part::column,
                    fmt::format("the column {}.{} is unknown to the models", table_, column.name),
                    fmt::format("ALTER TABLE {} DROP COLUMN {}", quote(table_), quote(column.name)));
        if (live.primary_key != wanted.primary_key)
            add(Kind::differs, Part::primary_key,
                fmt::format("the primary key of {} is ({}), the model says ({})", table_,
                            fmt::join(live.primary_key, ", "), fmt::join(wanted.primary_key, ", ")),
                alter(fmt::format("{}ADD PRIMARY KEY ({})",
                                  live.primary_key.empty()
                                      ? ""
                                      : fmt::format("DROP CONSTRAINT {}, ", quote(primary_key_name(table_))),
                                  quote_list(wanted.primary_key))));
    }

    void keys(const LiveTable& live, const LiveTable& wanted) {
        auto same = [](const LiveKey& left, const LiveKey& right) {
            return left.column == right.column && left.target == right.target;
        };
        for (const LiveKey& key : wanted.foreign_keys) {
            auto there =
                std::ranges::find_if(live.foreign_keys, [&](const LiveKey& other) { return same(key, other); });
            if (there == live.foreign_keys.end())
                add(Kind::missing, Part::foreign_key,
                    fmt::format("the foreign key {}.{} to {}.{} is missing", table_, key.column, key.target.table,
                                key.target.column),
                    alter(fmt::format("ADD FOREIGN KEY ({}) REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED",
                                      quote(key.column), quote(key.target.table), quote(key.target.column))));
            else if (!there->valid)
                add(Kind::invalid, Part::foreign_key,
                    fmt::format("the foreign key {} of {} was never validated", there->name, table_),
                    alter("VALIDATE CONSTRAINT " + quote(there->name)));
        }
        for (const LiveKey& key : live.foreign_keys)
            if (std::ranges::none_of(wanted.foreign_keys, [&](const LiveKey& other) { return same(key, other); }))
                add(Kind::unknown, Part::foreign_key,
                    fmt::format("the foreign key {}.{} to {}.{} is unknown to the models", table_, key.column,
                                key.target.table, key.target.column),
                    alter("DROP CONSTRAINT " + quote(key.name)));
    }

    void indexes(const LiveTable& live, const LiveTable& wanted) {
        std::vector<bool> used(live.indexes.size());
        for (const LiveIndex& index : wanted.indexes) {
            std::size_t i = 0;
            while (i < live.indexes.size() && (used[i] || live.indexes[i].definition != index.definition)) ++i;
            if (i == live.indexes.size()) {
                std::string remedy;
                if (shape_)
                    for (const IndexShape& candidate : shape_->indexes)
                        if (candidate.index.name == index.name)
                            remedy = create_index_sql(*shape_, candidate, dialect_, dialect_ == Dialect::postgres);
                if (remedy.empty() && index.unique && index.plain)
                    remedy = dialect_ == Dialect::postgres
                                 ? alter(fmt::format("ADD UNIQUE ({})", quote_list(index.columns)))
                                 : fmt::format("CREATE UNIQUE INDEX {} ON {} ({})",
                                               quote(schema::constraint_name(table_, index.columns, "_uniq")),
                                               quote(table_), quote_list(index.columns));
                add(Kind::missing, Part::index, fmt::format("the index {} of {} is missing", index.definition, table_),
                    remedy);
                continue;
            }
            used[i] = true;
            if (!live.indexes[i].valid)
                add(Kind::invalid, Part::index,
                    fmt::format("the index {} of {} is invalid: its building was interrupted", live.indexes[i].name,
                                table_),
                    "REINDEX INDEX CONCURRENTLY " + quote(live.indexes[i].name));
        }
        for (std::size_t i = 0; i < live.indexes.size(); ++i)
            if (!used[i]) {
                const LiveIndex& index = live.indexes[i];
                add(Kind::unknown, Part::index,
                    fmt::format("the index {} {} of {} is unknown to the models", index.name, index.definition, table_),
                    index.constraint || index.name.starts_with("sqlite_autoindex_")
                        ? alter("DROP CONSTRAINT " + quote(index.name))
                        : "DROP INDEX " + quote(index.name));
            }
    }

    void checks(const LiveTable& live, const LiveTable& wanted) {
        std::vector<bool> used(live.checks.size());
        for (const LiveCheck& check : wanted.checks) {
            std::size_t i = 0;
            while (i < live.checks.size() && (used[i] || live.checks[i].definition != check.definition)) ++i;
            if (i == live.checks.size()) {
                add(Kind::missing, Part::check, fmt::format("the check {} of {} is missing", check.definition, table_),
                    alter(fmt::format("ADD CONSTRAINT {} CHECK {}", quote(check.name), check.definition)));
                continue;
            }
            used[i] = true;
            if (!live.checks[i].valid)
                add(Kind::invalid, Part::check,
                    fmt::format("the check {} of {} was never validated", live.checks[i].name, table_),
                    alter("VALIDATE CONSTRAINT " + quote(live.checks[i].name)));
        }
        for (std::size_t i = 0; i < live.checks.size(); ++i)
            if (!used[i])
                add(Kind::unknown, Part::check,
                    fmt::format("the check {} of {} is unknown to the models", live.checks[i].definition, table_),
                    alter("DROP CONSTRAINT " + quote(live.checks[i].name)));
    }

    Connection& connection_;
    Dialect dialect_;
    const Shapes& shapes_;
    std::string table_;
    const LiveTable* live_ = nullptr;
    const TableShape* shape_ = nullptr;
    std::vector<Difference> result_;
};

}  // namespace

std::vector<Difference> check_database(Connection& connection, const schema::State& models) {
    LiveSchema live = read_live(connection), wanted = wanted_schema(connection, models);
    Shapes shapes = shapes_of(models, connection.dialect());
    return Comparison(connection, shapes).run(live, wanted);
}

schema::State applied_state(Connection& connection, const Registry& registry) {
    const std::set<Key> applied = applied_keys(read_history(connection), registry);
    const Graph graph(registry, applied);
    std::vector<Key> order = graph.order();
    std::erase_if(order, [&](const Key& key) { return !applied.contains(key); });
    return graph.state(order);
}

}  // namespace orm::migrations
