#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "migrations/executor.hpp"
#include "migrations/history.hpp"
#include "migrations/live.hpp"
#include "orm/migration_adopt.hpp"

namespace orm::migrations {

namespace {

/// How the tables of one app compare with what its migrations up to `key` build.
struct Standing {
    Key key{};
    std::vector<std::string> problems{};  // about columns: any one rules the migration out
    std::vector<Difference> differences{};
    std::size_t missing = 0;  // indexes and constraints that the database lacks
};

class Adopting {
  public:
    Adopting(Connection& connection, const Registry& registry)
        : connection_(connection),
          history_(read_history(connection)),
          graph_(registry, applied_keys(history_, registry)),
          live_(read_live(connection)) {}

    Adoption run(const std::set<std::string>& apps) {
        Adoption adoption;
        std::set<Key> there;
        for (const std::string& app : apps) {
            const std::vector<Key> own = migrations_of(app);
            if (own.empty() || !has_tables(own.back())) continue;
            Standing standing = find(app, own);
            for (const Key& key : own)
                if (history_.contains(key) && !is_before(own, key, standing.key))
                    throw MigrationError(
                        fmt::format("the history says that {}.{} is applied, but the tables of {} are those of {}", app,
                                    key.name, app, standing.key.name));
            for (const Key& key : own)
                if (is_before(own, key, standing.key)) there.insert(key);
            adoption.differences.insert(adoption.differences.end(), standing.differences.begin(),
                                        standing.differences.end());
        }
        for (const Key& key : graph_.order())
            if (!history_.contains(key)) (there.contains(key) ? adoption.recorded : adoption.pending).push_back(key);
        return adoption;
    }

    void record_all(const std::vector<Key>& keys) const {
        for (const Key& key : keys) record(connection_, *graph_.nodes().at(key).migration);
    }

  private:
    std::vector<Key> migrations_of(const std::string& app) const {
        std::vector<Key> own = graph_.order();
        std::erase_if(own, [&](const Key& key) { return key.app != app; });
        return own;
    }
    static bool is_before(const std::vector<Key>& own, const Key& key, const Key& last) {
        return std::ranges::find(own, key) <= std::ranges::find(own, last);
    }
    schema::State state_of(const Key& key) const { return graph_.state(graph_.forwards(key)); }

    /// The app's own tables in that state, join tables too.
    std::vector<TableShape> tables_of(const std::string& app, const schema::State& state) const {
        std::vector<TableShape> tables;
        for (auto& [key, shape] : shapes_of(state, connection_.dialect()))
            if (key.starts_with(app + ".")) tables.push_back(shape);
        return tables;
    }
    bool has_tables(const Key& last) const {
        return std::ranges::any_of(tables_of(last.app, state_of(last)),
                                   [&](const TableShape& shape) { return live_.contains(shape.table); });
    }

    Standing find(const std::string& app, const std::vector<Key>& own) {
        std::optional<Standing> best, nearest;
        for (const Key& key : own) {
            Standing standing = compare(app, key);
            std::optional<Standing>& rival = standing.problems.empty() ? best : nearest;
            if (!rival || (standing.problems.empty() ? standing.missing <= rival->missing
                                                     : standing.problems.size() <= rival->problems.size()))
                rival = std::move(standing);
        }
        if (best) return std::move(*best);
        throw MigrationError(fmt::format("the tables of {} are those of none of its migrations; compared with {}: {}",
                                         app, nearest->key.name, fmt::join(nearest->problems, "; ")));
    }

    Standing compare(const std::string& app, const Key& key) {
        Standing standing{.key = key};
        const schema::State state = state_of(key);
        std::set<std::string> names;
        for (const TableShape& shape : tables_of(app, state)) {
            names.insert(shape.table);
            compare_columns(shape, standing.problems);
        }
        if (!standing.problems.empty()) return standing;
        for (Difference& difference : check_database(connection_, state)) {
            if (!names.contains(difference.table)) continue;
            standing.missing += difference.kind == Difference::Kind::missing;
            standing.differences.push_back(std::move(difference));
        }
        return standing;
    }

    void compare_columns(const TableShape& shape, std::vector<std::string>& problems) const {
        const auto found = live_.find(shape.table);
        if (found == live_.end()) {
            problems.push_back(fmt::format("the table {} is missing", shape.table));
            return;
        }
        const LiveTable& table = found->second;
        std::vector<std::string> keys;
        for (const ColumnShape& column : shape.columns) {
            if (const std::string problem = column_problem(table.find(column.name), column); !problem.empty())
                problems.push_back(fmt::format("{}.{} {}", shape.table, column.name, problem));
            if (column.primary_key) keys.push_back(column.name);
        }
        if (keys != table.primary_key)
            problems.push_back(fmt::format("the primary key of {} is ({}) instead of ({})", shape.table,
                                           fmt::join(table.primary_key, ", "), fmt::join(keys, ", ")));
        for (const LiveColumn& column : table.columns)
            if (!shape.column(column.name) && !column.null && column.default_sql.empty())
                problems.push_back(
                    fmt::format("{}.{} is required there, and no model fills it", shape.table, column.name));
    }

    Connection& connection_;
    const std::map<Key, std::string> history_;
    const Graph graph_;
    const LiveSchema live_;
};

}  // namespace

Adoption adopt_database(Connection& connection, const Registry& registry, bool dry_run, const Options& options) {
    const MigratorLock lock(connection, options);
    MigrationTransaction transaction(connection, options);
    Adopting adopting(connection, registry);
    Adoption adoption = adopting.run(registry.apps());
    if (dry_run || adoption.recorded.empty()) return adoption;
    ensure_history(connection);
    adopting.record_all(adoption.recorded);
    transaction.commit(false);
    return adoption;
}

}  // namespace orm::migrations
