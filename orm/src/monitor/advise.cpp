#include "orm/advise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <memory>

#include "copy.hpp"
#include "monitor/candidates.hpp"
#include "one_value.hpp"
#include "orm/errors.hpp"
#include "orm/slow_log.hpp"

namespace orm {

namespace {

using monitor::Candidate;
using monitor::Columns;

template <class Row>
std::vector<Row> rows_of(Connection& connection, const std::string& sql, std::span<const Param> params = {}) {
    std::vector<Row> rows;
    const RowPlan plan = detail::raw_plan<Row>();
    const detail::Sink<Row> sink(rows, plan);
    connection.run(Statement{sql, 0, true}, params, &sink.into());
    return rows;
}

bool has_extension(Connection& connection, const std::string& name) {
    if (connection.dialect() == Dialect::sqlite) return false;
    const Param param{&type_info<std::string>, &name};
    return !rows_of<std::string>(connection, "SELECT extname::text FROM pg_extension WHERE extname = $1", {&param, 1})
                .empty();
}

Columns columns_of(Connection& connection) {
    const bool sqlite = connection.dialect() == Dialect::sqlite;
    Columns columns;
    for (const auto& [table, column] : rows_of<std::tuple<std::string, std::string>>(
             connection, sqlite ? "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c "
                                  "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
                                : "SELECT c.relname::text, a.attname::text FROM pg_class AS c JOIN pg_attribute AS a "
                                  "ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind IN "
                                  "('r', 'p') AND c.relnamespace = current_schema()::regnamespace"))
        columns[table].insert(column);
    return columns;
}

std::string index_on(const std::string& table, const Candidate& columns, const std::string& name) {
    return fmt::format("INDEX {}ON {} ({})", name.empty() ? "" : sql::quote(name) + " ", sql::quote(table),
                       fmt::join(columns, ", "));
}

/// `visit_place_seen_idx`, as long a name as PostgreSQL keeps.
std::string index_name(const std::string& table, const Candidate& columns) {
    std::string name = table;
    for (const std::string& column : columns) name += "_" + column.substr(1, column.rfind('"') - 1);
    return name.substr(0, 59) + "_idx";
}

/// The line of a plan that reads the whole of a table that goes by one of these names; empty: none does.
std::string whole_scan(const std::string& plan, const std::string& table, const std::set<std::string>& aliases) {
    for (std::size_t at = 0; at < plan.size();) {
        const auto end = std::min(plan.find('\n', at), plan.size());
        const std::string line = plan.substr(at, end - at);
        at = end + 1;
        bool found = line.find("Seq Scan on " + table + " ") != line.npos ||
                     line.find("Seq Scan on " + sql::quote(table) + " ") != line.npos;
        for (const std::string& alias : aliases)
            found = found || (line + "\n").find("SCAN " + alias + "\n") != line.npos;
        if (found) return line.substr(line.find_first_not_of(" ->"));
    }
    return {};
}

/// Where an index may be tried without anybody noticing.
class Trial {
  public:
    virtual ~Trial() = default;
    virtual Connection& connection() = 0;
    virtual std::string proof() const = 0;
    virtual void create(const std::string& table, const Candidate& columns) = 0;
    virtual void drop() = 0;
};

class Hypothetical : public Trial {
  public:
    explicit Hypothetical(const DatabaseUrl& url) : connection_(connect(url)) {}
    Connection& connection() override { return *connection_; }
    std::string proof() const override { return "on a hypothetical index"; }
    void create(const std::string& table, const Candidate& columns) override {
        connection_->script("SELECT hypopg_create_index($orm$CREATE " + index_on(table, columns, "") + "$orm$)");
    }
    void drop() override { connection_->script("SELECT hypopg_reset()"); }

  private:
    std::unique_ptr<Connection> connection_;
};

class OnCopy : public Trial {
  public:
    OnCopy(const DatabaseUrl& url, const std::stop_token& stop)
        : copy_(copy_database(url, stop)), connection_(connect(copy_->url())) {
        connection_->script("ANALYZE");
    }
    Connection& connection() override { return *connection_; }
    std::string proof() const override { return "on a copy"; }
    void create(const std::string& table, const Candidate& columns) override {
        connection_->script("CREATE " + index_on(table, columns, "entreprinder_advise"));
        if (connection_->dialect() == Dialect::sqlite) connection_->script("ANALYZE entreprinder_advise");
    }
    void drop() override { connection_->script("DROP INDEX IF EXISTS entreprinder_advise"); }
    /// Empty: the copy is gone.
    std::string end() {
        connection_.reset();
        return copy_->drop();
    }

  private:
    std::unique_ptr<DatabaseCopy> copy_;
    std::unique_ptr<Connection> connection_;
};

/// What a plan costs; SQLite has no costs, so there it is the rows that are read of `table`.
struct Cost {
    double value = 0;
    std::string text;
};

Cost cost_of(Connection& connection, const std::string& table, const std::set<std::string>& aliases,
             const GenericPlan& plan) {
    if (connection.dialect() == Dialect::postgres) return {plan.cost, fmt::format("cost {:.2f}", plan.cost)};
    const std::string scan = whole_scan(plan.text, table, aliases);
    const auto rows = static_cast<double>(
        one_value<std::int64_t>(connection, Statement{"SELECT count(*) FROM " + sql::quote(table), 0, true}));
    if (!scan.empty()) return {rows, fmt::format("{:.0f} rows ({})", rows, scan)};
    // `entreprinder_advise (place=? AND seen>?)`, and its statistics: "20000 4 1", rows in all and for each prefix.
    const auto at = plan.text.find("INDEX entreprinder_advise");
    if (at == plan.text.npos) return {rows, fmt::format("{:.0f} rows", rows)};
    const std::string line = plan.text.substr(0, std::min(plan.text.find('\n', at), plan.text.size()));
    const std::string step = line.substr(line.rfind('\n') + 1);
    const auto stat =
        rows_of<std::string>(connection, "SELECT stat FROM sqlite_stat1 WHERE idx = 'entreprinder_advise'");
    std::vector<double> counts;
    for (std::size_t from = 0; !stat.empty() && from < stat[0].size();) {
        counts.push_back(std::strtod(stat[0].c_str() + from, nullptr));
        from = std::min(stat[0].find(' ', from), stat[0].size() - 1) + 1;
    }
    std::size_t equal = 0;
    for (auto sign = step.find("=?"); sign != step.npos; sign = step.find("=?", sign + 1)) ++equal;
    double read = equal < counts.size() ? counts[equal] : rows;
    if (step.find(">?") != step.npos || step.find("<?") != step.npos) read /= 4;  // what SQLite itself assumes
    return {read, fmt::format("about {:.0f} rows ({})", std::max(read, 1.0), step.substr(step.find_first_not_of(' ')))};
}

/// The best index for `table`, if one saves enough; fewer columns win where more save hardly anything.
void try_table(Trial& trial, const Logged& one, const std::string& table, const std::vector<Candidate>& candidates,
               const Columns& columns, std::vector<Advice>& result) {
    const auto aliases = monitor::aliases_of(one.text, table, columns);
    const GenericPlan plan = generic_plan(trial.connection(), one.text);
    if (whole_scan(plan.text, table, aliases).empty()) return;
    const Cost before = cost_of(trial.connection(), table, aliases, plan);
    Advice best;
    // SQLite: a row that an index leads to costs several times one that is read in passing.
    const bool sqlite = trial.connection().dialect() == Dialect::sqlite;
    double limit = before.value * (sqlite ? 0.25 : 0.9);
    for (const Candidate& candidate : candidates) {
        trial.create(table, candidate);
        const Cost after = cost_of(trial.connection(), table, aliases, generic_plan(trial.connection(), one.text));
        trial.drop();
        if (after.value >= limit) continue;
        limit = after.value * 0.98;
        best = {one.name,
                (sqlite ? "CREATE INDEX" : "CREATE INDEX CONCURRENTLY") +
                    index_on(table, candidate, index_name(table, candidate)).substr(5),
                trial.proof(), before.text, after.text};
    }
    if (!best.sql.empty()) result.push_back(std::move(best));
}

std::vector<Logged> most_expensive_first(std::vector<Logged> statements) {
    std::stable_sort(statements.begin(), statements.end(),
                     [](const Logged& a, const Logged& b) { return a.milliseconds > b.milliseconds; });
    return statements;
}

}  // namespace

std::vector<Logged> logged_statements(const std::string& path, std::size_t& damaged) {
    std::ifstream file(path);
    if (!file) throw UsageError("no slow log in '" + path + "': a server writes one when a statement is slow");
    std::map<std::pair<std::string, std::string>, Logged> found;
    damaged = 0;
    for (std::string line; std::getline(file, line);) {
        try {
            const boost::json::value value = boost::json::parse(line);
            const auto text = [&](const char* key) { return std::string(value.at(key).as_string()); };
            const double ms = value.at("ms").to_number<double>();
            const std::string name = text("name"), place = text("place"), sql = text("text");
            Logged& sum = found[{name, sql}];
            sum.name = name;
            sum.place = place;
            sum.text = sql;
            ++sum.times;
            sum.milliseconds += ms;
            sum.worst = std::max(sum.worst, ms);
            if (const auto* plan = value.as_object().if_contains("plan")) sum.plan = std::string(plan->as_string());
        } catch (const std::exception&) {
            ++damaged;
        }
    }
    std::vector<Logged> result;
    for (auto& [key, one] : found) result.push_back(std::move(one));
    return most_expensive_first(std::move(result));
}

std::vector<Logged> counted_statements(Connection& connection, std::size_t limit) {
    std::vector<Logged> result;
    if (!has_extension(connection, "pg_stat_statements")) return result;
    const auto most = static_cast<std::int64_t>(limit);
    const Param param{&type_info<std::int64_t>, &most};
    for (auto& [text, calls, total, worst] : rows_of<std::tuple<std::string, std::int64_t, double, double>>(
             connection,
             "SELECT query, sum(calls)::bigint, sum(total_exec_time)::float8, max(max_exec_time)::float8 "
             "FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) "
             "AND query ~* '^\\s*\\(?\\s*(select|insert|update|delete|with)\\M' AND query !~ '\\mpg_(catalog|stat)' "
             "GROUP BY query ORDER BY 3 DESC LIMIT $1",
             {&param, 1}))
        result.push_back({"pg_stat_statements", "", std::move(text), static_cast<std::uint64_t>(calls), total, worst});
    return result;
}

std::vector<Advice> advise(const DatabaseUrl& url, const std::vector<Logged>& statements,
                           std::vector<std::string>& notes, const std::stop_token& stop) {
    const auto noting = [&](const Logged& one, const auto& look) {
        try {
            look();
        } catch (const Error& error) {
            notes.push_back(one.name + ": " + error.what());
        }
    };
    std::unique_ptr<Connection> original = connect(url);
    const Columns columns = columns_of(*original);
    struct Task {
        const Logged* statement;
        std::string table;
        std::vector<Candidate> candidates;
    };
    std::vector<Task> tasks;
    for (const Logged& one : statements)
        noting(one, [&] {
            const GenericPlan plan = generic_plan(*original, one.text);
            for (auto& [table, candidates] : monitor::index_candidates(one.text, columns))
                if (!whole_scan(plan.text, table, monitor::aliases_of(one.text, table, columns)).empty())
                    tasks.push_back({&one, table, candidates});
        });
    std::vector<Advice> result;
    if (tasks.empty()) return result;

    const bool hypothetical = has_extension(*original, "hypopg");
    original.reset();  // PostgreSQL copies faster when nobody is connected
    std::unique_ptr<OnCopy> copy;
    std::unique_ptr<Hypothetical> guess;
    if (hypothetical)
        guess = std::make_unique<Hypothetical>(url);
    else
        copy = std::make_unique<OnCopy>(url, stop);
    Trial& trial = hypothetical ? static_cast<Trial&>(*guess) : *copy;
    for (const Task& task : tasks) {
        if (stop.stop_requested()) break;
        noting(*task.statement,
               [&] { try_table(trial, *task.statement, task.table, task.candidates, columns, result); });
    }
    if (copy)
        if (const std::string left = copy->end(); !left.empty()) notes.push_back("the copy is left over: " + left);
    return result;
}

}  // namespace orm
