#include "migrations/online.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>
#include <thread>

#include "migrations/concurrent_index.hpp"
#include "migrations/history.hpp"
#include "migrations/locks.hpp"
#include "migrations/row_steps.hpp"
#include "migrations/sizes.hpp"
#include "migrations/state.hpp"
#include "migrations/text_rows.hpp"

namespace orm::migrations {

using How = Emitted::How;

bool lock_not_free(const Error& error) {
    return dynamic_cast<const LockTimeout*>(&error) != nullptr || dynamic_cast<const Deadlock*>(&error) != nullptr;
}

namespace {

void pause_before_retry(int attempt) {
    static thread_local std::mt19937 random(std::random_device{}());
    long pause = std::min(50L << std::min(attempt, 6), 2000L);
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::uniform_int_distribution<long>(pause / 2, pause)(random)));
}

}  // namespace

void retry_locks(const Options& options, const std::function<void(const std::string& text)>& waiting,
                 const std::function<void()>& work) {
    for (int attempt = 1;; ++attempt) {
        try {
            return work();
        } catch (const Error& error) {
            if (!lock_not_free(error) || attempt >= options.lock_tries) throw;
            waiting(fmt::format("a lock was not free; try {} of {}", attempt + 1, options.lock_tries));
            pause_before_retry(attempt);
        }
    }
}

std::vector<OnlineProgress> read_progress(Connection& connection) {
    std::vector<OnlineProgress> result;
    if (!table_exists(connection, "entreprinder_migration_progress")) return result;
    for (auto& row :
         text_rows(connection,
                   "SELECT app::text, name::text, backward::text, operation::text, statement::text, tables::text, "
                   "row_key::text FROM entreprinder_migration_progress ORDER BY app DESC, name DESC",
                   7)) {
        OnlineProgress progress{{row[0].value_or(""), row[1].value_or("")},
                                row[2] == "true",
                                std::stoul(row[3].value_or("0")),
                                std::stoul(row[4].value_or("0")),
                                {},
                                row[6]};
        const std::string list = row[5].value_or("");
        for (std::size_t at = 0; at < list.size();) {
            std::size_t end = std::min(list.find('\n', at), list.size());
            progress.tables.insert(list.substr(at, end - at));
            at = end + 1;
        }
        result.push_back(std::move(progress));
    }
    return result;
}

namespace {

class OnlineRun {
  public:
    OnlineRun(Connection& connection, const Step& step, const std::vector<schema::State>& states,
              const Options& options, const OnlineHooks& hooks)
        : connection_(connection), step_(step), states_(states), options_(options), hooks_(hooks) {}

    bool run() {
        const Migration& migration = *step_.migration;
        bool resumed = false;
        for (const OnlineProgress& progress : read_progress(connection_))
            if (progress.key == migration.key() && progress.backward == step_.backward) {
                progress_ = progress;
                resumed = true;
            }
        if (!resumed) {
            progress_.key = migration.key();
            progress_.backward = step_.backward;
            if (!needed() && migration.atomic) return false;
            begin();
        }
        std::size_t count = migration.operations.size();
        for (; progress_.operation < count; advance_operation()) {
            std::size_t i = step_.backward ? count - 1 - progress_.operation : progress_.operation;
            const Operation& operation = migration.operations[i];
            hooks_.operation(progress_.operation, describe(operation));
            try {
                if (is_data(operation))
                    run_data(operation, i);
                else
                    run_schema(operation, i, resumed);
            } catch (const ConnectionLost&) {
                throw;
            } catch (const Error& error) {
                hooks_.fail(operation, error);
            }
            resumed = false;
        }
        finish();
        return true;
    }

  private:
    std::vector<Emitted> statements(const Operation& operation, std::size_t i,
                                    const std::function<bool(const std::string&)>& is_large) {
        std::vector<Emitted> result;
        // Statements that are one transaction are not resumed in their midst, and may know the database.
        for (const bool fixed : {true, false}) {
            result.clear();
            const auto editor = editor_for(Dialect::postgres, &connection_,
                                           [&](const Emitted& statement) { result.push_back(statement); },
                                           {is_large, refusal(operation, options_),
                                            filled_before(*step_.migration, i, step_.backward), fixed, true});
            change_schema(*editor, operation, progress_.key.app, states_[i], states_[i + 1], Dialect::postgres,
                          step_.backward);
            if (!all_plain(result)) break;
        }
        return result;
    }
    static bool all_plain(const std::vector<Emitted>& list) {
        return std::ranges::all_of(list, [](const Emitted& statement) { return statement.how == How::plain; });
    }

    Costs costs_of(const Operation& operation, std::size_t i) {
        const Renames renames = renames_of(operation, progress_.key.app, states_[i], states_[i + 1]);
        before_ = shapes_of(states_[step_.backward ? i + 1 : i], Dialect::postgres);
        after_ = shapes_of(states_[step_.backward ? i : i + 1], Dialect::postgres);
        return Costs(Dialect::postgres, before_, after_, step_.backward ? reversed(renames) : renames, names_);
    }

    // Whether the migration is to be run statement by statement: some cannot be part of one transaction, or keep others
    // out of a large table, which must not last until the migration's end, or of any table while a step on rows works.
    // The other way round, locks on rows must not wait for one on the table: on a busy one that is a deadlock. Where an
    // operation builds on such a step, being right is worth more than not being waited for. Notes the large tables.
    bool needed() {
        TableSizes sizes(connection_);
        const auto large = [&](const std::string& table) {
            if (!options_.safe || sizes.bytes(table) < options_.large_table_bytes) return false;
            if (sizes.bytes(table) > 0) progress_.tables.insert(table);
            return sizes.bytes(table) > 0;
        };
        bool found = false, works = false, locks = false;
        const auto& operations = step_.migration->operations;
        for (std::size_t done = 0; done < operations.size(); ++done) {
            const std::size_t i = step_.backward ? operations.size() - 1 - done : done;
            const std::string table = batched_table(operations[i], progress_.key.app, states_[i]);
            const bool nothing = step_.backward && std::holds_alternative<Fill>(operations[i]);
            if (!table.empty() && !nothing) found = large(table) || found;
            works = works || works_on_rows(operations[i], step_.backward);
            if (is_data(operations[i])) continue;
            try {
                Costs costs = costs_of(operations[i], i);
                for (const Emitted& statement : statements(operations[i], i, large)) {
                    found = found || statement.how != How::plain;
                    for (const TableLock& lock : costs.next(statement).locks) {
                        if (who_waits(lock.mode).empty()) continue;
                        found = large(lock.table) || found;
                        locks = locks || !sizes.own(lock.table);
                    }
                }
            } catch (const Error& error) {
                hooks_.fail(operations[i], error);
            }
            sizes.follow(operations[i], progress_.key.app, states_[i], states_[i + 1], step_.backward);
        }
        return found || (options_.safe && works && locks && !builds_on_rows(*step_.migration, step_.backward));
    }

    void begin() {
        connection_.script(
            "CREATE TABLE IF NOT EXISTS entreprinder_migration_progress (app varchar(255) NOT NULL, name varchar(255) "
            "NOT NULL, backward "
            "boolean NOT NULL, operation integer NOT NULL, statement integer NOT NULL, tables text NOT NULL, "
            "row_key text, PRIMARY KEY (app, name))");
        text_run(connection_,
                 "INSERT INTO entreprinder_migration_progress VALUES ($1::text, $2::text, $3::text::boolean, 0, 0, "
                 "$4::text, NULL) ON CONFLICT (app, name) DO UPDATE SET backward = excluded.backward, operation = 0, "
                 "statement = 0, tables = excluded.tables, row_key = NULL",
                 {progress_.key.app, progress_.key.name, step_.backward ? "true" : "false",
                  fmt::format("{}", fmt::join(progress_.tables, "\n"))});
    }

    void note(std::size_t operation, std::size_t statement, const std::optional<std::string>& row_key = {}) {
        text_run(
            connection_,
            "UPDATE entreprinder_migration_progress SET operation = $3::text::integer, statement = "
            "$4::text::integer, row_key = $5::text WHERE app = $1::text AND name = $2::text",
            {progress_.key.app, progress_.key.name, std::to_string(operation), std::to_string(statement), row_key});
    }

    void advance_operation() {
        ++progress_.operation;
        progress_.statement = 0;
        progress_.row_key.reset();
    }

    void retrying(const std::function<void()>& work) { retry_locks(options_, hooks_.waiting, work); }
    void transact(const std::function<void()>& work) {
        retrying([&] {
            MigrationTransaction transaction(connection_, options_);
            work();
            transaction.commit(false);
        });
    }

    void run_data(const Operation& operation, std::size_t i) {
        bool outside = std::holds_alternative<Fill>(operation) ||
                       (std::holds_alternative<RunSql>(operation) && !step_.migration->atomic);
        if (outside) {
            // Batch by batch: what is filled stays filled.
            retrying([&] { hooks_.data(operation, states_[i], nullptr); });
            note(progress_.operation + 1, 0);
            return;
        }
        const std::string table = batched_table(operation, progress_.key.app, states_[i]);
        if (!table.empty() && (progress_.tables.contains(table) || !step_.migration->atomic)) {
            const Data::Checkpoint checkpoint{progress_.row_key,
                                              [&](const std::function<std::optional<std::string>()>& work) {
                                                  transact([&] { note(progress_.operation, 0, work()); });
                                              }};
            hooks_.data(operation, states_[i], &checkpoint);
            note(progress_.operation + 1, 0);
            return;
        }
        transact([&] {
            hooks_.data(operation, states_[i], nullptr);
            note(progress_.operation + 1, 0);
        });
    }

    void run_schema(const Operation& operation, std::size_t i, bool resumed) {
        auto list =
            statements(operation, i, [this](const std::string& table) { return progress_.tables.contains(table); });
        Costs costs = costs_of(operation, i);
        std::vector<bool> at_once;
        for (const Emitted& statement : list) at_once.push_back(keeps_users_out(costs.next(statement)));
        if (all_plain(list)) {
            transact([&] {
                for (std::size_t k = 0; k < list.size(); ++k) run_statement(list[k], at_once[k]);
                note(progress_.operation + 1, 0);
            });
            return;
        }
        for (std::size_t k = progress_.statement; k < list.size(); ++k) {
            const Emitted& statement = list[k];
            std::size_t next_operation = k + 1 == list.size() ? progress_.operation + 1 : progress_.operation;
            std::size_t next_statement = k + 1 == list.size() ? 0 : k + 1;
            if (statement.how == How::concurrent) {
                hooks_.statement(statement.sql);
                run_concurrently(connection_, options_, statement, resumed);
                hooks_.ran(statement.sql);
                note(next_operation, next_statement);
            } else if (statement.how == How::batched) {
                hooks_.statement(statement.sql);
                Data data(connection_, states_[i], options_.batch, nullptr);
                retrying(
                    [&] { data.fill(label_of(states_[i], statement.table), statement.column, statement.expression); });
                hooks_.ran(statement.sql);
                note(next_operation, next_statement);
            } else {
                transact([&] {
                    run_statement(statement, at_once[k]);
                    note(next_operation, next_statement);
                });
            }
            resumed = false;
        }
    }

    // On a large table, and for an instant only.
    bool keeps_users_out(const Cost& cost) const {
        return cost.work == Work::catalogue && std::ranges::any_of(cost.locks, [&](const TableLock& lock) {
                   return progress_.tables.contains(lock.table) && !who_waits(lock.mode).empty();
               });
    }

    void run_statement(const Emitted& statement, bool at_once) {
        hooks_.statement(statement.sql);
        const bool limited = at_once && options_.blocking_timeout.count() > 0;
        if (limited)
            connection_.script(fmt::format("SET LOCAL statement_timeout = {}",
                                           (options_.lock_timeout + options_.blocking_timeout).count()));
        try {
            connection_.script(statement.sql);
        } catch (const StatementTimeout& error) {
            if (!limited) throw;
            throw MigrationError(fmt::format(
                "{} while it kept others out of a large table: it may take {} ms (--blocking-timeout); it was undone",
                error.what(), options_.blocking_timeout.count()));
        }
        if (limited)
            connection_.script(fmt::format("SET LOCAL statement_timeout = {}", options_.statement_timeout.count()));
        hooks_.ran(statement.sql);
    }

    static std::string label_of(const schema::State& state, const std::string& table) {
        for (const auto& [label, model] : state.models)
            if (model.table == table) return label;
        throw MigrationError("no model has the table " + table);
    }

    void finish() {
        transact([&] {
            if (step_.backward)
                unrecord(connection_, *step_.migration);
            else
                record(connection_, *step_.migration);
        });
    }

    Connection& connection_;
    const Step& step_;
    const std::vector<schema::State>& states_;
    const Options& options_;
    const OnlineHooks& hooks_;
    OnlineProgress progress_;
    ConstraintNames names_{&connection_};
    Shapes before_, after_;  // of the operation at work
};

}  // namespace

bool run_online(Connection& connection, const Step& step, const std::vector<schema::State>& states,
                const Options& options, const OnlineHooks& hooks) {
    return OnlineRun(connection, step, states, options, hooks).run();
}

}  // namespace orm::migrations
