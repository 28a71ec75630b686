// check --database: the models' schema is built on the side, and both are read with the same eyes, so that the
// database's own spelling of expressions and conditions cannot make a difference.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "migrations/editor.hpp"
#include "migrations/live.hpp"
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
    Comparison(const Shapes& shapes, Dialect dialect) : shapes_(shapes), dialect_(dialect) {}

    std::vector<Difference> run(const LiveSchema& live, const LiveSchema& wanted) {
        for (const auto& [name, table] : wanted) {
            table_ = name;
            shape_ = nullptr;
            for (const auto& [key, candidate] : shapes_)
                if (candidate.table == name) shape_ = &candidate;
            auto found = live.find(name);
            if (found == live.end()) {
                add(Difference::Kind::missing, fmt::format("the table {} is missing", name),
                    shape_ ? create_table_sql(*shape_, dialect_, name) : "");
                continue;
            }
            columns(found->second, table);
            keys(found->second, table);
            indexes(found->second, table);
            checks(found->second, table);
        }
        return std::move(result_);
    }

  private:
    void add(Difference::Kind kind, std::string text, std::string remedy = {}) {
        result_.push_back({kind, table_, std::move(text), std::move(remedy)});
    }
    std::string alter(const std::string& what) const {
        return dialect_ == Dialect::postgres ? fmt::format("ALTER TABLE {} {}", quote(table_), what) : "";
    }

    void columns(const LiveTable& live, const LiveTable& wanted) {
        for (const LiveColumn& column : wanted.columns) {
            const LiveColumn* there = live.find(column.name);
            const ColumnShape* model = shape_ ? shape_->column(column.name) : nullptr;
            if (!there) {
                add(Difference::Kind::missing, fmt::format("the column {}.{} is missing", table_, column.name),
                    model && (model->null || dialect_ == Dialect::postgres)
                        ? fmt::format("ALTER TABLE {} ADD COLUMN {}", quote(table_),
                                      column_sql(*model, dialect_, false))
                        : "");
            } else if (shape(*there) != shape(column)) {
                std::string remedy;
                if (there->type != column.type)
                    remedy = alter(fmt::format("ALTER COLUMN {} TYPE {}", quote(column.name), column.type));
                else if (there->null != column.null)
                    remedy = alter(
                        fmt::format("ALTER COLUMN {} {} NOT NULL", quote(column.name), column.null ? "DROP" : "SET"));
                add(Difference::Kind::differs,
                    fmt::format("{}.{} is {}, the model says {}", table_, column.name, shape(*there), shape(column)),
                    remedy);
            }
        }
        for (const LiveColumn& column : live.columns)
            if (!wanted.find(column.name))
                add(Difference::Kind::unknown,
                    fmt::format("the column {}.{} is unknown to the models", table_, column.name),
                    fmt::format("ALTER TABLE {} DROP COLUMN {}", quote(table_), quote(column.name)));
        if (live.primary_key != wanted.primary_key)
            add(Difference::Kind::differs,
                fmt::format("the primary key of {} is ({}), the model says ({})", table_,
                            fmt::join(live.primary_key, ", "), fmt::join(wanted.primary_key, ", ")));
    }

    void keys(const LiveTable& live, const LiveTable& wanted) {
        auto same = [](const LiveKey& left, const LiveKey& right) {
            return left.column == right.column && left.target == right.target;
        };
        for (const LiveKey& key : wanted.foreign_keys) {
            auto there =
                std::ranges::find_if(live.foreign_keys, [&](const LiveKey& other) { return same(key, other); });
            if (there == live.foreign_keys.end())
                add(Difference::Kind::missing,
                    fmt::format("the foreign key {}.{} to {}.{} is missing", table_, key.column, key.target.table,
                                key.target.column),
                    alter(fmt::format("ADD FOREIGN KEY ({}) REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED",
                                      quote(key.column), quote(key.target.table), quote(key.target.column))));
            else if (!there->valid)
                add(Difference::Kind::invalid,
                    fmt::format("the foreign key {} of {} was never validated", there->name, table_),
                    alter("VALIDATE CONSTRAINT " + quote(there->name)));
        }
        for (const LiveKey& key : live.foreign_keys)
            if (std::ranges::none_of(wanted.foreign_keys, [&](const LiveKey& other) { return same(key, other); }))
                add(Difference::Kind::unknown,
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
                add(Difference::Kind::missing, fmt::format("the index {} of {} is missing", index.definition, table_),
                    remedy);
                continue;
            }
            used[i] = true;
            if (!live.indexes[i].valid)
                add(Difference::Kind::invalid,
                    fmt::format("the index {} of {} is invalid: its building was interrupted", live.indexes[i].name,
                                table_),
                    "REINDEX INDEX CONCURRENTLY " + quote(live.indexes[i].name));
        }
        for (std::size_t i = 0; i < live.indexes.size(); ++i)
            if (!used[i]) {
                const LiveIndex& index = live.indexes[i];
                add(Difference::Kind::unknown,
                    fmt::format("the index {} {} of {} is unknown to the models", index.name, index.definition, table_),
                    index.constraint ? alter("DROP CONSTRAINT " + quote(index.name))
                                     : "DROP INDEX " + quote(index.name));
            }
    }

    void checks(const LiveTable& live, const LiveTable& wanted) {
        std::vector<bool> used(live.checks.size());
        for (const LiveCheck& check : wanted.checks) {
            std::size_t i = 0;
            while (i < live.checks.size() && (used[i] || live.checks[i].definition != check.definition)) ++i;
            if (i == live.checks.size()) {
                add(Difference::Kind::missing, fmt::format("the check {} of {} is missing", check.definition, table_),
                    alter(fmt::format("ADD CONSTRAINT {} CHECK {}", quote(check.name), check.definition)));
                continue;
            }
            used[i] = true;
            if (!live.checks[i].valid)
                add(Difference::Kind::invalid,
                    fmt::format("the check {} of {} was never validated", live.checks[i].name, table_),
                    alter("VALIDATE CONSTRAINT " + quote(live.checks[i].name)));
        }
        for (std::size_t i = 0; i < live.checks.size(); ++i)
            if (!used[i])
                add(Difference::Kind::unknown,
                    fmt::format("the check {} of {} is unknown to the models", live.checks[i].definition, table_),
                    live.checks[i].name.empty() ? "" : alter("DROP CONSTRAINT " + quote(live.checks[i].name)));
    }

    const Shapes& shapes_;
    Dialect dialect_;
    std::string table_;
    const TableShape* shape_ = nullptr;
    std::vector<Difference> result_;
};

}  // namespace

std::vector<Difference> check_database(Connection& connection, const schema::State& models) {
    LiveSchema live = read_live(connection), wanted = wanted_schema(connection, models);
    Shapes shapes = shapes_of(models, connection.dialect());
    return Comparison(shapes, connection.dialect()).run(live, wanted);
}

}  // namespace orm::migrations
