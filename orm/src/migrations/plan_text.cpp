// migrate --plan, for people, and --sql, for psql and sqlite3.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orm/migration_plan.hpp"

namespace orm::migrations {

namespace {

using Where = PlannedStatement::Where;

constexpr double mebibyte = 1 << 20;

std::string duration(const PlannedStatement& statement) {
    if (statement.seconds == 0) return statement.work.starts_with("does") ? "unknown" : "an instant";
    const std::string size = fmt::format("{:.1f} MiB", static_cast<double>(statement.bytes) / mebibyte);
    return fmt::format("about {:.{}f} s for {}", statement.seconds, statement.seconds < 10 ? 1 : 0, size);
}

std::string in_transactions(const PlannedStep& step) {
    if (step.one_transaction) return "one transaction";
    const bool apart = std::ranges::any_of(step.operations, [](const PlannedOperation& operation) {
        return operation.statements.size() > 1 && std::ranges::any_of(operation.statements, [](const auto& statement) {
                   return statement.where != Where::together;
               });
    });
    return apart ? "statement by statement" : "operation by operation";
}

std::string terminated(std::string sql) {
    while (!sql.empty() && (sql.back() == ';' || sql.back() == '\n' || sql.back() == ' ')) sql.pop_back();
    return sql.empty() || sql.starts_with("--") ? sql + "\n" : sql + ";\n";
}

}  // namespace

std::string describe(const std::vector<PlannedStep>& steps) {
    std::string text;
    for (const PlannedStep& step : steps) {
        text += fmt::format("{}.{}{}: {}\n", step.key.app, step.key.name, step.backward ? " (undo)" : "",
                            in_transactions(step));
        for (const PlannedOperation& operation : step.operations) {
            text +=
                fmt::format("    {}{}\n", operation.what,
                            !operation.reversible                             ? "  (cannot be undone)"
                            : operation.reversible_with_rows || step.backward ? "  (can be undone)"
                                                                              : "  (can be undone, but not with rows)");
            if (!operation.refused.empty()) text += "        REFUSED " + operation.refused + "\n";
            for (const PlannedStatement& statement : operation.statements) {
                text += "        " + terminated(statement.sql);
                const std::string locks = fmt::format("{}", fmt::join(statement.locks, ", "));
                text += fmt::format("            lock: {}{}\n            work: {}{}; {}\n",
                                    !locks.empty()            ? locks
                                    : statement.waits.empty() ? "none that others wait for"
                                                              : "the file, for writing",
                                    statement.waits.empty() ? "" : " (" + statement.waits + " wait)", statement.work,
                                    statement.where == Where::batches ? ", batch by batch" : "", duration(statement));
            }
            if (operation.statements.empty()) text += "        nothing to do in the database\n";
        }
    }
    return text;
}

std::string script_of(const std::vector<PlannedStep>& steps, Dialect dialect) {
    const char* begin = dialect == Dialect::sqlite ? "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\n" : "BEGIN;\n";
    std::string text;
    for (const PlannedStep& step : steps) {
        if (!step.function.empty())
            return text +
                   fmt::format(
                       "--\n-- Here ends what a script can do: in {}.{}, \"{}\" is a function in C++, which only "
                       "`migrate` runs.\n--\n",
                       step.key.app, step.key.name, step.function);
        text += fmt::format("--\n-- {}{}.{}\n--\n", step.backward ? "Undo: " : "", step.key.app, step.key.name);
        bool open = false;
        const auto transaction = [&](bool wanted) {
            if (wanted != open) text += wanted ? begin : "COMMIT;\n";
            open = wanted;
        };
        for (const PlannedOperation& operation : step.operations) {
            text += "-- " + operation.what + "\n";
            if (!operation.refused.empty()) text += "-- migrate: " + operation.refused + "\n";
            for (const PlannedStatement& statement : operation.statements) {
                if (!step.one_transaction && statement.where != Where::together) transaction(false);
                transaction(step.one_transaction || statement.where == Where::together ||
                            statement.where == Where::alone);
                text += terminated(statement.sql);
                if (!step.one_transaction && statement.where != Where::together) transaction(false);
            }
            if (!step.one_transaction) transaction(false);
        }
        transaction(true);
        for (const std::string& sql : step.records) text += sql + ";\n";
        transaction(false);
    }
    return text;
}

}  // namespace orm::migrations
