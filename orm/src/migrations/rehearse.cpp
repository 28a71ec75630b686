// migrate --rehearse.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "copy.hpp"
#include "migrations/executor.hpp"
#include "migrations/history.hpp"
#include "migrations/live.hpp"
#include "migrations/lock_watch.hpp"
#include "migrations/locks.hpp"
#include "orm/migration_rehearsal.hpp"

namespace orm::migrations {

namespace {

using Clock = std::chrono::steady_clock;

std::chrono::microseconds since(Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

std::string label(const Key& key) {
    return key.app + "." + key.name;
}

class Stopped : public Error {
  public:
    Stopped() : Error("interrupted") {}
};

// Runs steps on the copy and keeps what it sees.
class Recorder {
  public:
    Recorder(const DatabaseUrl& copy, const Registry& registry, const RehearsalOptions& options)
        : registry_(registry),
          options_(options),
          connection_(connect(copy)),
          watch_(copy, *connection_, options.stop, options.sampling) {}

    void forward(const Step& step, RehearsedStep& report) {
        report.key = step.migration->key();
        report.backward = step.backward;
        report.operations.resize(step.migration->operations.size());  // their addresses are kept
        Options options = options_.migrate;
        options.progress = [&](const Progress& progress) { note(progress, report); };
        const Clock::time_point start = Clock::now();
        run_steps(*connection_, registry_, {step}, options);
        report.time = since(start);
        watch_.begin(nullptr);
        end_operation();
        if (connection_->dialect() == Dialect::sqlite && !report.operations.empty())
            report.operations.front().locks.push_back({"", "for writing", report.time});
    }

    void undo(const Step& step, RehearsedStep& report) {
        Options options = options_.migrate;
        options.protect_data = false;  // these rows are copies
        for (const std::string_view kind : operation_kinds()) options.allow_unsafe.emplace(kind);
        options.progress = [this](const Progress&) { go_on(); };
        const Clock::time_point start = Clock::now();
        run_steps(*connection_, registry_, {{step.migration, !step.backward}}, options);
        report.undo_time = since(start);
        report.undone = true;
    }

    LiveSchema schema() { return read_live(*connection_); }
    std::vector<Step> plan(const Target& target) { return migrations::plan(*connection_, registry_, target); }

  private:
    void go_on() const {
        if (options_.stop.stop_requested()) throw Stopped();
    }

    void note(const Progress& progress, RehearsedStep& report) {
        go_on();
        if (options_.migrate.progress) options_.migrate.progress(progress);
        switch (progress.event) {
            case Progress::Event::operation:
                end_operation();
                operation_ = &report.operations.at(progress.index);
                *operation_ = {};  // a lock was not free, and all begins anew
                operation_->what = (progress.backward ? "Undo: " : "") + progress.text;
                started_ = Clock::now();
                watch_.begin(&operation_->locks);
                break;
            case Progress::Event::statement:
                if (operation_) watch_.begin(&operation_->locks);
                before_ = connection_->in_transaction() ? std::optional(rows_written(*connection_)) : std::nullopt;
                break;
            case Progress::Event::ran:
                watch_.look();
                if (!operation_) break;
                if (progress.text.empty())  // an operation on rows counts them itself
                    operation_->rows = std::max(operation_->rows, progress.rows);
                else if (before_)
                    operation_->rows += rows_written(*connection_) - *before_;
                break;
            case Progress::Event::batch:
                if (operation_) operation_->rows = progress.rows;
                break;
            case Progress::Event::waiting:
            case Progress::Event::start:
            case Progress::Event::done:
            case Progress::Event::skipped:
                break;
        }
    }

    void end_operation() {
        if (operation_) operation_->time = since(started_);
        operation_ = nullptr;
    }

    const Registry& registry_;
    const RehearsalOptions& options_;
    std::unique_ptr<Connection> connection_;
    LockWatch watch_;
    RehearsedOperation* operation_ = nullptr;
    Clock::time_point started_ = Clock::now();
    std::optional<std::uint64_t> before_;
};

// What the two have not in common, a line each.
void differences(const LiveSchema& expected, const LiveSchema& found, const std::string& where,
                 std::vector<std::string>& result) {
    const auto lines = [](const LiveSchema& schema) {
        std::vector<std::string> list;
        for (const auto& [name, table] : schema) {
            list.push_back("table " + name);
            for (const std::string& fact : facts(table, true)) list.push_back(name + ": " + fact);
        }
        std::ranges::sort(list);
        return list;
    };
    const auto before = lines(expected), after = lines(found);
    std::vector<std::string> missing, extra;
    std::ranges::set_difference(before, after, std::back_inserter(missing));
    std::ranges::set_difference(after, before, std::back_inserter(extra));
    for (const std::string& line : missing) result.push_back(fmt::format("{}: missing: {}", where, line));
    for (const std::string& line : extra) result.push_back(fmt::format("{}: left over: {}", where, line));
}

void run(const DatabaseCopy& copy, const Registry& registry, const Target& target, const RehearsalOptions& options,
         Rehearsal& result) {
    Recorder recorder(copy.url(), registry, options);
    const std::vector<Step> steps = recorder.plan(target);
    std::vector<LiveSchema> schemas;
    for (const Step& step : steps) {
        schemas.push_back(recorder.schema());
        recorder.forward(step, result.steps.emplace_back());
    }
    for (std::size_t i = steps.size(); i-- > 0;) {
        const Migration& migration = *steps[i].migration;
        const auto stuck = std::ranges::find_if_not(migration.operations, reversible);
        if (!steps[i].backward && stuck != migration.operations.end()) {
            result.not_undone = fmt::format("{}: {} has no way back", label(migration.key()), describe(*stuck));
            return;
        }
        try {
            recorder.undo(steps[i], result.steps[i]);
        } catch (const MigrationError& error) {  // rows that the way back has no value for: what was seen so far counts
            if (options.stop.stop_requested()) throw;
            result.not_undone = fmt::format("{}: {}", label(migration.key()), error.what());
            return;
        }
        differences(schemas[i], recorder.schema(), fmt::format("after {} and back", label(migration.key())),
                    result.faults);
    }
}

std::string seconds(std::chrono::microseconds time) {
    return fmt::format("{:.3f} s", static_cast<double>(time.count()) / 1e6);
}

// The longest of each table and mode, those first that stop others; "reads the catalogue" locks are left out.
std::vector<HeldLock> longest(const std::vector<HeldLock>& locks) {
    std::vector<HeldLock> result;
    for (const HeldLock& lock : locks) {
        auto known = std::ranges::find_if(
            result, [&](const HeldLock& other) { return other.table == lock.table && other.mode == lock.mode; });
        if (known == result.end())
            result.push_back(lock);
        else
            known->held = std::max(known->held, lock.held);
    }
    std::ranges::stable_sort(result, [](const HeldLock& left, const HeldLock& right) {
        return who_waits(left.mode).size() > who_waits(right.mode).size();
    });
    return result;
}

}  // namespace

Rehearsal rehearse(const DatabaseUrl& url, const Registry& registry, const Target& target,
                   const RehearsalOptions& options) {
    Rehearsal result;
    const Clock::time_point start = Clock::now();
    const auto copy = copy_database(url, options.stop, options.template_bytes);
    result.copy = copy->made();
    result.copying = since(start);
    std::string failure;
    try {
        run(*copy, registry, target, options, result);
    } catch (const std::exception& error) {
        failure = options.stop.stop_requested() ? "interrupted" : error.what();
    }
    const std::string left = copy->drop();
    if (failure.empty() && left.empty()) return result;
    throw MigrationError(fmt::format("rehearsal: {}{}{}", failure,
                                     left.empty()      ? "; the copy was dropped, the original is untouched"
                                     : failure.empty() ? "it went well, but the copy could not be dropped: "
                                                       : "; and the copy could not be dropped: ",
                                     left));
}

std::string describe(const Rehearsal& rehearsal) {
    std::string text = fmt::format("Copied {} in {}.\n", rehearsal.copy, seconds(rehearsal.copying));
    for (const RehearsedStep& step : rehearsal.steps) {
        text += fmt::format("{}{}: {}\n", label(step.key), step.backward ? " (undo)" : "", seconds(step.time));
        for (const RehearsedOperation& operation : step.operations) {
            if (operation.what.empty()) continue;  // done before, by a migrator that was interrupted
            text += fmt::format("    {}: {}, {} row{} written\n", operation.what, seconds(operation.time),
                                operation.rows, operation.rows == 1 ? "" : "s");
            for (const HeldLock& lock : longest(operation.locks)) {
                const std::string waits = lock.table.empty() ? "writers" : who_waits(lock.mode);
                text += fmt::format(
                    "        {} on {} held for {:.1f} ms{}\n", lock.mode, lock.table.empty() ? "the file" : lock.table,
                    static_cast<double>(lock.held.count()) / 1000, waits.empty() ? "" : " (" + waits + " wait)");
            }
        }
        if (step.undone) text += fmt::format("    and back: {}\n", seconds(step.undo_time));
    }
    if (rehearsal.steps.empty()) return text + "Nothing to do.\n";
    if (!rehearsal.not_undone.empty()) text += "Not undone: " + rehearsal.not_undone + "\n";
    for (const std::string& fault : rehearsal.faults) text += "DIFFERS " + fault + "\n";
    if (rehearsal.faults.empty() && rehearsal.not_undone.empty())
        text += "Undone; the schema is as it was at the start.\n";
    return text + "The copy is dropped.\n";
}

}  // namespace orm::migrations
