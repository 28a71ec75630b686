#include "migrations/executor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrations/history.hpp"
#include "migrations/live.hpp"
#include "migrations/online.hpp"
#include "migrations/row_steps.hpp"
#include "migrations/text_rows.hpp"

namespace orm::migrations {

using schema::State;
using Clock = std::chrono::steady_clock;

std::vector<State> states_within(const Migration& migration, State before) {
    std::vector<State> states{std::move(before)};
    for (const Operation& operation : migration.operations) {
        State next = states.back();
        try {
            apply(operation, migration.app, next);
        } catch (const MigrationError& error) {
            throw MigrationError(
                fmt::format("{}.{}: {}: {}", migration.app, migration.name, describe(operation), error.what()));
        }
        states.push_back(std::move(next));
    }
    return states;
}

bool is_data(const Operation& operation) {
    return std::holds_alternative<RunSql>(operation) || std::holds_alternative<Run>(operation) ||
           std::holds_alternative<Fill>(operation);
}

void change_schema(Editor& editor, const Operation& operation, const std::string& app, const State& from,
                   const State& to, Dialect dialect, bool backward) {
    Renames renames = renames_of(operation, app, from, to);
    Shapes before = shapes_of(from, dialect), after = shapes_of(to, dialect);
    if (backward)
        editor.change(after, before, reversed(renames));
    else
        editor.change(before, after, renames);
}

bool already_there(Connection& connection, const Migration& migration, const State& before) {
    if (!migration.initial()) return false;
    State after = states_within(migration, before).back();
    Shapes old_shapes = shapes_of(before, connection.dialect()), shapes = shapes_of(after, connection.dialect());
    bool any = false;
    const LiveSchema live = read_live(connection);
    for (const auto& [key, shape] : shapes) {
        auto old_shape = old_shapes.find(key);
        if (old_shape != old_shapes.end() && old_shape->second == shape) continue;
        if (!live.contains(shape.table)) return false;
        any = true;
        const LiveTable& table = live.at(shape.table);
        for (const ColumnShape& column : shape.columns) {
            const std::string problem = column_problem(table.find(column.name), column);
            if (!problem.empty())
                throw MigrationError(
                    fmt::format("{}.{} cannot be taken as applied: the table {} is there, but its column {} {}",
                                migration.app, migration.name, shape.table, column.name, problem));
        }
    }
    return any;
}

namespace {

class Executor {
  public:
    Executor(Connection& connection, const Registry& registry, const Options& options)
        : connection_(connection), registry_(registry), options_(options) {}

    Report run(const Target& target) {
        return run([&](const Graph& graph, const std::set<Key>& applied) {
            return steps_to(connection_, graph, applied, target);
        });
    }

    Report run(const std::function<std::vector<Step>(const Graph&, const std::set<Key>&)>& choose) {
        MigratorLock lock(connection_, options_);
        {  // also creates the file's first page under the lock
            MigrationTransaction transaction(connection_, options_);
            ensure_history(connection_);
            transaction.commit(false);
        }
        std::set<Key> applied = applied_keys(read_history(connection_), registry_);
        Graph graph(registry_, applied);
        const std::vector<Step> steps = choose(graph, applied);
        for (const Step& step : steps)
            if (step.backward)
                for (const Operation& operation : step.migration->operations)
                    if (!reversible(operation) && !options_.fake)
                        throw MigrationError(fmt::format("{}.{} cannot be undone: {} has no way back",
                                                         step.migration->app, step.migration->name,
                                                         describe(operation)));
        const std::vector<State> states = states_before(graph, applied, steps);
        for (std::size_t i = 0; i < steps.size(); ++i) one(steps[i], states[i]);
        for (const auto& [key, migration] : registry_.migrations())  // squashed ones whose parts are all there
            if (!migration.replaces.empty() && graph.contains(key) && applied.contains(key)) record_squashed(migration);
        return report_;
    }

  private:
    void tell(Progress::Event event, const Step& step, std::string text = {}, std::size_t index = 0, bool fake = false,
              std::uint64_t rows = 0) {
        if (!options_.progress) return;
        Progress progress;
        progress.event = event;
        progress.migration = step.migration;
        progress.backward = step.backward;
        progress.fake = fake;
        progress.text = std::move(text);
        progress.index = index;
        progress.rows = rows;
        progress.count = step.migration->operations.size();
        progress.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
        options_.progress(progress);
    }

    void record_squashed(const Migration& migration) {
        if (read_history(connection_).contains(migration.key())) return;
        std::set<Key> now = applied_keys(read_history(connection_), registry_);
        if (now.contains(migration.key())) record(connection_, migration);
    }

    void one(const Step& step, const State& before) {
        started_ = Clock::now();
        tell(Progress::Event::start, step);
        if (connection_.dialect() == Dialect::sqlite) return attempt_one(step, before);  // its transaction waits itself
        retry_locks(
            options_, [&](const std::string& text) { tell(Progress::Event::waiting, step, text); },
            [&] { attempt_one(step, before); });
    }

    // With Options::fake_initial. Tables that an interrupted run of the same migration made are no sign of that.
    bool is_there(const Migration& migration, const State& before) {
        if (!options_.fake_initial) return false;
        const bool begun = connection_.dialect() == Dialect::postgres &&
                           std::ranges::any_of(read_progress(connection_), [&](const OnlineProgress& progress) {
                               return progress.key == migration.key();
                           });
        return !begun && already_there(connection_, migration, before);
    }

    void attempt_one(const Step& step, const State& before) {
        const Migration& migration = *step.migration;
        const std::vector<State> states = states_within(migration, before);
        if (!options_.fake && options_.protect_data) refuse_losses(connection_, step, states, options_);
        const bool fake = options_.fake || (!step.backward && is_there(migration, before));
        if (!fake && connection_.dialect() == Dialect::postgres) {
            OnlineHooks hooks{
                [&](std::size_t index, const std::string& text) {
                    tell(Progress::Event::operation, step, text, index);
                },
                [&](const std::string& sql) { tell(Progress::Event::statement, step, sql); },
                [&](const std::string& sql) { tell(Progress::Event::ran, step, sql); },
                [&](const std::string& text) { tell(Progress::Event::waiting, step, text); },
                [&](const Operation& operation, const State& state, const Data::Checkpoint* checkpoint) {
                    run_data(step, operation, state, checkpoint);
                },
                [&](const Operation& operation, const Error& error) { throw failed(step, operation, error); }};
            if (run_online(connection_, step, states, options_, hooks)) {
                (step.backward ? report_.unapplied : report_.applied).push_back(migration.key());
                tell(Progress::Event::done, step);
                return;
            }
        }
        MigrationTransaction transaction(connection_, options_);
        // Another migrator may have been here while we waited (SQLite has no other lock).
        bool there = applied_keys(read_history(connection_), registry_).contains(migration.key());
        if (there != step.backward) {
            tell(Progress::Event::skipped, step);
            return;
        }
        if (!fake) run_operations(step, states);
        if (step.backward)
            unrecord(connection_, migration);
        else
            record(connection_, migration);
        transaction.commit(!fake);
        (fake ? report_.faked : step.backward ? report_.unapplied : report_.applied).push_back(migration.key());
        tell(Progress::Event::done, step, {}, 0, fake);
    }

    void run_operations(const Step& step, const std::vector<State>& states) {
        const Migration& migration = *step.migration;
        std::size_t count = migration.operations.size();
        bool rows_touched = false;
        for (std::size_t done = 0; done < count; ++done) {
            std::size_t i = step.backward ? count - 1 - done : done;
            const Operation& operation = migration.operations[i];
            tell(Progress::Event::operation, step, describe(operation), done);
            try {
                if (is_data(operation)) {
                    run_data(step, operation, states[i], nullptr);
                    rows_touched = true;
                    continue;
                }
                // Deferred constraint checks that rows left behind would stand in the way of ALTER TABLE.
                if (rows_touched && connection_.dialect() == Dialect::postgres && connection_.in_transaction())
                    connection_.script("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED");
                rows_touched = false;
                auto editor =
                    editor_for(connection_.dialect(), &connection_,
                               [&](const Emitted& statement) {
                                   const std::string& sql = statement.sql;
                                   tell(Progress::Event::statement, step, sql);
                                   connection_.script(sql);
                                   tell(Progress::Event::ran, step, sql);
                               },
                               {.filled = filled_before(migration, i, step.backward), .in_transaction = true});
                change_schema(*editor, operation, migration.app, states[i], states[i + 1], connection_.dialect(),
                              step.backward);
            } catch (const ConnectionLost&) {
                throw;
            } catch (const Error& error) {
                if (lock_not_free(error)) throw;
                throw failed(step, operation, error);
            }
        }
    }

    static MigrationError failed(const Step& step, const Operation& operation, const Error& error) {
        bool missing = dynamic_cast<const NotNullViolation*>(&error) != nullptr;
        MigrationError result(fmt::format("{}{}.{}: {}: {}{}", step.backward ? "undoing " : "", step.migration->app,
                                          step.migration->name, describe(operation), error.what(),
                                          missing ? "; existing rows need a value: give the field a default, or add it "
                                                    "as NULL, fill it, then make it required"
                                                  : ""));
        result.sql = error.sql;
        return result;
    }

    void run_data(const Step& step, const Operation& operation, const State& state,
                  const Data::Checkpoint* checkpoint) {
        const bool counts = options_.progress && connection_.in_transaction();
        const std::uint64_t before = counts ? rows_written(connection_) : 0;
        if (const auto* sql = std::get_if<RunSql>(&operation)) {
            const std::string& text = (step.backward ? *sql->reverse : sql->forward).text(connection_.dialect());
            if (!text.empty()) tell(Progress::Event::statement, step, text);
            if (!text.empty()) connection_.script(text);
        } else {
            const Clock::time_point started = Clock::now();
            run_rows(step, operation, state, checkpoint, started);
        }
        const std::uint64_t after = counts ? rows_written(connection_) : 0;  // TRUNCATE forgets what it removes
        tell(Progress::Event::ran, step, {}, 0, false, after > before ? after - before : 0);
    }

    void run_rows(const Step& step, const Operation& operation, const State& state, const Data::Checkpoint* checkpoint,
                  Clock::time_point started) {
        Data data(connection_, state, options_.batch,
                  [&](const std::string& label, std::uint64_t rows, std::uint64_t total) {
                      if (!options_.progress) return;
                      Progress progress;
                      progress.event = Progress::Event::batch;
                      progress.migration = step.migration;
                      progress.text = label;
                      progress.rows = rows;
                      progress.rows_total = total;
                      progress.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
                      options_.progress(progress);
                  });
        if (checkpoint) data.resume_from(*checkpoint);
        if (const auto* function = std::get_if<Run>(&operation)) {
            const DataFunction& chosen = step.backward ? function->reverse : function->forward;
            if (chosen) chosen(data);
        } else if (const auto* fill = std::get_if<Fill>(&operation)) {
            if (step.backward) return;
            std::string label = step.migration->app + "." + fill->model;
            data.fill(label, state.models.at(label).find(fill->field)->column, fill->expression);
        }
    }

    Connection& connection_;
    const Registry& registry_;
    const Options& options_;
    Report report_;
    Clock::time_point started_ = Clock::now();
};

}  // namespace

Report migrate(Connection& connection, const Registry& registry, const Target& target, const Options& options) {
    return Executor(connection, registry, options).run(target);
}

Report run_steps(Connection& connection, const Registry& registry, const std::vector<Step>& steps,
                 const Options& options) {
    return Executor(connection, registry, options).run([&](const Graph&, const std::set<Key>&) { return steps; });
}

std::uint64_t rows_written(Connection& connection) {
    const auto rows = text_value(connection, connection.dialect() == Dialect::sqlite
                                                 ? "SELECT CAST(total_changes() AS text)"
                                                 : "SELECT CAST(coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) AS "
                                                   "text) FROM pg_stat_xact_user_tables");
    return rows ? std::stoull(*rows) : 0;
}

}  // namespace orm::migrations
