// The statements of what is pending, what they lock and how long that may take; plan_text.cpp prints them.
#include <fmt/format.h>

#include <algorithm>

#include "migrations/executor.hpp"
#include "migrations/history.hpp"
#include "migrations/locks.hpp"
#include "migrations/online.hpp"
#include "migrations/row_steps.hpp"
#include "migrations/sizes.hpp"
#include "orm/migration_plan.hpp"

namespace orm::migrations {

namespace {

using schema::State;
using Where = PlannedStatement::Where;

constexpr double mebibyte = 1 << 20;

// MiB of table and indexes per second, as two runs of `./bench --migrations` measured them on two busy cores. The order
// of magnitude counts: whether it is an instant, a minute or a night.
double rate(Work work, bool concurrently) {
    switch (work) {
        case Work::scan:
            return 350;
        case Work::index:
            return concurrently ? 32 : 40;
        case Work::rewrite:
            return 27;
        case Work::rows:
            return 5;
        case Work::catalogue:
        case Work::unknown:
            break;
    }
    return 0;
}

std::string describe(Work work) {
    switch (work) {
        case Work::catalogue:
            return "changes the catalogue only";
        case Work::scan:
            return "reads every row";
        case Work::index:
            return "reads every row, builds an index";
        case Work::rewrite:
            return "rewrites the table";
        case Work::rows:
            return "changes rows";
        case Work::unknown:
            break;
    }
    return "does what its author wrote";
}

// Undone, it adds a column that rows which are there have no value for.
bool needs_a_value_to_return(const Operation& operation, const std::string& app, const State& before) {
    const auto* removed = std::get_if<RemoveField>(&operation);
    if (!removed) return false;
    const schema::Field* field = before.models.at(app + "." + removed->model).find(removed->field);
    return field && !field->null && !field->default_value && !field->auto_now && !field->auto_now_add;
}

class Explainer {
  public:
    Explainer(Connection& connection, const Options& options)
        : connection_(connection),
          dialect_(connection.dialect()),
          options_(options),
          sizes_(connection),
          names_(connection.dialect() == Dialect::postgres ? &connection : nullptr) {}

    PlannedStep explain(const Step& step, const State& before) {
        const Migration& migration = *step.migration;
        const std::vector<State> states = states_within(migration, before);
        PlannedStep result{migration.key(), step.backward, true, {}, {}, {}};
        const std::size_t count = migration.operations.size();
        keeps_users_out_ = locks_ = false;
        sizes_.begin();
        bool works = false;
        for (std::size_t done = 0; done < count; ++done) {
            const std::size_t i = step.backward ? count - 1 - done : done;
            result.operations.push_back(one(step, i, states));
            if (!works_on_rows(migration.operations[i], step.backward)) continue;
            works = true;
            if (std::holds_alternative<Run>(migration.operations[i]))
                result.function = migrations::describe(migration.operations[i]);
        }
        try {
            refuse_losses(connection_, step, states, options_);
        } catch (const MigrationError& error) {
            const std::string why = error.what();
            const auto named = std::ranges::find_if(migration.operations, [&](const Operation& operation) {
                return why.find(migrations::describe(operation)) != why.npos;
            });
            const auto i = static_cast<std::size_t>(named - migration.operations.begin());
            if (options_.protect_data && i < count) result.operations[step.backward ? count - 1 - i : i].refused = why;
        }
        const bool separate =
            keeps_users_out_ || (options_.safe && works && locks_ && !builds_on_rows(migration, step.backward)) ||
            std::ranges::any_of(result.operations, [](const PlannedOperation& operation) {
                return std::ranges::any_of(operation.statements, [](const PlannedStatement& statement) {
                    return statement.where != Where::together;
                });
            });
        result.one_transaction = dialect_ == Dialect::sqlite || (migration.atomic && !separate);
        for (std::size_t done = 0; done < count && !result.one_transaction; ++done)
            if (std::holds_alternative<Fill>(migration.operations[step.backward ? count - 1 - done : done]))
                for (PlannedStatement& statement : result.operations[done].statements) statement.where = Where::batches;
        for (std::size_t done = 0; done < count && !result.one_transaction; ++done)
            if (auto& statements = result.operations[done].statements;
                !statements.empty() &&
                builds_on_rows(migration, step.backward ? count - 1 - done : done, step.backward))
                statements.front().work += "; rows that others wrote since the step on rows are not as that left them";
        for (const Key& old : migration.replaces)
            result.records.push_back(step.backward ? unrecord_sql(old) : record_sql(dialect_, old));
        result.records.push_back(step.backward ? unrecord_sql(migration.key()) : record_sql(dialect_, migration.key()));
        return result;
    }

  private:
    PlannedOperation one(const Step& step, std::size_t i, const std::vector<State>& states) {
        const Operation& operation = step.migration->operations[i];
        PlannedOperation result{(step.backward ? "Undo: " : "") + migrations::describe(operation),
                                reversible(operation),
                                !needs_a_value_to_return(operation, step.migration->app, states[i]),
                                {},
                                {}};
        if (step.backward && !result.reversible) result.refused = "refused: it has no way back";
        if (is_data(operation))
            data(result, step, operation, states[i]);
        else
            schema(result, step, i, states);
        return result;
    }

    bool large(const std::string& table) {
        return dialect_ == Dialect::postgres && options_.safe && sizes_.bytes(table) > 0 &&
               sizes_.bytes(table) >= options_.large_table_bytes;
    }

    void schema(PlannedOperation& result, const Step& step, std::size_t i, const std::vector<State>& states) {
        const Operation& operation = step.migration->operations[i];
        const State &from = states[i], &to = states[i + 1];
        const std::string& app = step.migration->app;
        const Renames there = renames_of(operation, app, from, to);
        const Renames renames = step.backward ? reversed(there) : there;
        const Shapes before = shapes_of(step.backward ? to : from, dialect_);
        const Shapes after = shapes_of(step.backward ? from : to, dialect_);
        Costs costs(dialect_, before, after, renames, names_);
        const auto refuse = refusal(operation, options_);
        const Safety safety{[this](const std::string& table) { return large(table); },
                            [&](const std::string& why) {
                                try {
                                    refuse(why);
                                } catch (const MigrationError& error) {
                                    result.refused = error.what();
                                }
                            },
                            filled_before(*step.migration, i, step.backward), true, true};
        const auto editor = editor_for(
            dialect_, &connection_,
            [&](const Emitted& statement) { result.statements.push_back(planned(statement, costs.next(statement))); },
            safety, &names_);
        editor->change(before, after, renames);
        names_.follow(before, after, renames);
        sizes_.follow(operation, app, from, to, step.backward);
    }

    PlannedStatement planned(const Emitted& statement, const Cost& cost) {
        PlannedStatement result;
        result.sql = statement.sql;
        result.where = statement.how == Emitted::How::plain      ? Where::together
                       : statement.how == Emitted::How::separate ? Where::alone
                       : statement.how == Emitted::How::batched  ? Where::batches
                                                                 : Where::outside;
        result.work = describe(cost.work);
        result.rewrites = cost.work == Work::rewrite;
        if (statement.sql.starts_with("LOCK TABLE")) result.work = "keeps everybody out until the operation ends";
        if (statement.sql.ends_with(" DROP DEFAULT"))
            result.work += "; from here on a program that does not know the column cannot insert rows";
        std::string table;
        for (const TableLock& lock : cost.locks) {
            result.locks.push_back(lock.mode + " on " + quote(lock.table));
            if (table.empty()) table = lock.table;
            keeps_users_out_ = keeps_users_out_ || (!who_waits(lock.mode).empty() && large(lock.table));
            locks_ = locks_ || (!who_waits(lock.mode).empty() && !sizes_.own(lock.table));
            if (const std::string waits = who_waits(lock.mode); waits.size() > result.waits.size())
                result.waits = waits;
        }
        if (dialect_ == Dialect::sqlite) {
            const std::string word = statement.sql.starts_with("INSERT INTO") ? " FROM " : " ON ";
            if (const std::size_t at = statement.sql.rfind(word + "\""); at != statement.sql.npos) {
                const std::size_t start = at + word.size() + 1;
                table = statement.sql.substr(start, statement.sql.find('"', start) - start);
            }
            result.waits = "writers";
        }
        estimate(result, cost.work, table);
        return result;
    }

    void estimate(PlannedStatement& statement, Work work, const std::string& table) {
        const double speed = rate(work, statement.where == Where::outside);
        if (speed == 0 || table.empty()) return;
        statement.bytes = sizes_.bytes(table);
        statement.seconds = static_cast<double>(statement.bytes) / mebibyte / speed;
    }

    void data(PlannedOperation& result, const Step& step, const Operation& operation, const State& state) {
        PlannedStatement statement;
        const std::string table = batched_table(operation, step.migration->app, state);
        Work work = Work::rows;
        if (const auto* sql = std::get_if<RunSql>(&operation)) {
            if (step.backward && !sql->reverse) return;
            statement.sql = (step.backward ? *sql->reverse : sql->forward).text(dialect_);
            work = Work::unknown;
        } else if (const auto* fill = std::get_if<Fill>(&operation)) {
            if (step.backward) return;
            const std::string column =
                quote(state.models.at(step.migration->app + "." + fill->model).find(fill->field)->column);
            statement.sql =
                fmt::format("UPDATE {} SET {} = {} WHERE {} IS NULL", quote(table), column, fill->expression, column);
        } else {
            statement.sql =
                fmt::format("-- a function in C++{}", table.empty() ? "" : " on each row of " + quote(table));
            if (table.empty()) work = Work::unknown;
        }
        if (statement.sql.empty()) return;
        if (!table.empty() && dialect_ == Dialect::postgres) statement.locks = {"ROW EXCLUSIVE on " + quote(table)};
        if (dialect_ == Dialect::sqlite) statement.waits = "writers";
        if (!table.empty() && (large(table) || (dialect_ == Dialect::postgres && !step.migration->atomic)))
            statement.where = Where::batches;
        statement.work = describe(work);
        estimate(statement, work, table);
        result.statements.push_back(std::move(statement));
    }

    Connection& connection_;
    Dialect dialect_;
    const Options& options_;
    TableSizes sizes_;
    ConstraintNames names_;
    bool keeps_users_out_ = false;  // of a large table: some statement of the step
    bool locks_ = false;            // others wait for some statement of the step
};

}  // namespace

std::vector<PlannedStep> explain(Connection& connection, const Registry& registry, const Target& target,
                                 const Options& options) {
    const std::set<Key> applied = applied_keys(read_history(connection), registry);
    const Graph graph(registry, applied);
    const std::vector<Step> steps = steps_to(connection, graph, applied, target);
    const std::vector<State> states = states_before(graph, applied, steps);
    Explainer explainer(connection, options);
    std::vector<PlannedStep> result;
    for (std::size_t i = 0; i < steps.size(); ++i) result.push_back(explainer.explain(steps[i], states[i]));
    if (!result.empty() && !table_exists(connection, "django_migrations"))
        result.front().records.insert(result.front().records.begin(), history_sql(connection.dialect()));
    return result;
}

}  // namespace orm::migrations
