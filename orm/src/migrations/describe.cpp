// What operations are called.
#include <fmt/format.h>

#include "orm/migration.hpp"

namespace orm::migrations {

namespace {
template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;
}  // namespace

std::string describe(const Operation& operation) {
    return std::visit(
        Overloaded{
            [](const CreateModel& op) { return "Create model " + op.model.class_name; },
            [](const DeleteModel& op) { return "Delete model " + op.model; },
            [](const RenameModel& op) { return fmt::format("Rename model {} to {}", op.from, op.to); },
            [](const AlterModelOptions& op) { return "Change the ordering of " + op.model; },
            [](const AlterModelTable& op) {
                return fmt::format("Rename the table of {} to {}", op.model, op.table.empty() ? "(default)" : op.table);
            },
            [](const AddField& op) { return fmt::format("Add field {} to {}", op.field.name, op.model); },
            [](const AlterField& op) { return fmt::format("Alter field {} on {}", op.field.name, op.model); },
            [](const RemoveField& op) { return fmt::format("Remove field {} from {}", op.field, op.model); },
            [](const RenameField& op) { return fmt::format("Rename field {} on {} to {}", op.from, op.model, op.to); },
            [](const AddManyToMany& op) { return fmt::format("Add many-to-many {} to {}", op.join.name, op.model); },
            [](const AlterManyToMany& op) {
                return fmt::format("Alter many-to-many {} on {}", op.join.name, op.model);
            },
            [](const RemoveManyToMany& op) { return fmt::format("Remove many-to-many {} from {}", op.name, op.model); },
            [](const AddIndex& op) { return fmt::format("Create index {} on {}", op.index.name, op.model); },
            [](const RemoveIndex& op) { return fmt::format("Remove index {} from {}", op.index, op.model); },
            [](const RenameIndex& op) { return fmt::format("Rename index {} on {} to {}", op.from, op.model, op.to); },
            [](const AddConstraint& op) {
                return fmt::format("Create constraint {} on {}", op.constraint.name, op.model);
            },
            [](const RemoveConstraint& op) {
                return fmt::format("Remove constraint {} from {}", op.constraint, op.model);
            },
            [](const RunSql&) { return std::string("Run SQL"); },
            [](const Run& op) { return op.description.empty() ? std::string("Run a function") : op.description; },
            [](const Fill& op) { return fmt::format("Fill {} of {} where it is NULL", op.field, op.model); },
        },
        operation);
}

std::span<const std::string_view> operation_kinds() {
    static constexpr std::string_view names[] = {
        "create_model", "delete_model", "rename_model", "alter_ordering",   "alter_table",        "add_field",
        "alter_field",  "remove_field", "rename_field", "add_many_to_many", "alter_many_to_many", "remove_many_to_many",
        "add_index",    "remove_index", "rename_index", "add_constraint",   "remove_constraint",  "run_sql",
        "run",          "fill"};
    static_assert(std::size(names) == std::variant_size_v<Operation>);
    return names;
}

std::string_view kind_of(const Operation& operation) {
    return operation_kinds()[operation.index()];
}

bool reversible(const Operation& operation) {
    if (const auto* sql = std::get_if<RunSql>(&operation)) return sql->reverse.has_value();
    if (const auto* run = std::get_if<Run>(&operation)) return static_cast<bool>(run->reverse);
    return true;
}

std::string describe(const std::vector<Step>& steps) {
    std::string result;
    for (const Step& step : steps) {
        result += fmt::format("{}.{}{}\n", step.migration->app, step.migration->name, step.backward ? " (undo)" : "");
        const auto& operations = step.migration->operations;
        for (std::size_t i = 0; i < operations.size(); ++i) {
            const Operation& operation = step.backward ? operations[operations.size() - 1 - i] : operations[i];
            result += fmt::format("    {}{}{}\n", step.backward ? "Undo: " : "", describe(operation),
                                  reversible(operation) ? "" : "  (cannot be undone)");
        }
    }
    return result;
}

}  // namespace orm::migrations
