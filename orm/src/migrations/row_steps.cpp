#include "migrations/row_steps.hpp"

#include <algorithm>

#include "migrations/executor.hpp"

namespace orm::migrations {

namespace {

template <class... Ts>
bool is_any(const Operation& operation) {
    return (std::holds_alternative<Ts>(operation) || ...);
}

// Nothing that rows hold contradicts it, and nothing is lost by it.
bool only_adds(const Operation& operation, bool backward) {
    if (is_any<AlterModelOptions, AlterModelTable, RenameModel, RenameField, RenameIndex>(operation)) return true;
    if (const auto* add = std::get_if<AddIndex>(&operation)) return backward || !add->index.unique;
    return backward ? is_any<DeleteModel, RemoveField, RemoveManyToMany, AddConstraint>(operation)
                    : is_any<CreateModel, AddField, AddManyToMany, RemoveIndex, RemoveConstraint>(operation);
}

}  // namespace

bool works_on_rows(const Operation& operation, bool backward) {
    if (const auto* sql = std::get_if<RunSql>(&operation))
        return !(backward ? sql->reverse.value_or(noop) : sql->forward).text(Dialect::postgres).empty();
    if (const auto* run = std::get_if<Run>(&operation)) {
        const DataFunction& function = backward ? run->reverse : run->forward;
        const auto* plain = function ? function.target<void (*)(Data&)>() : nullptr;
        return function && !(plain && *plain == &no_data_change);
    }
    return std::holds_alternative<Fill>(operation) && !backward;
}

std::optional<std::string> filled_before(const Migration& migration, std::size_t i, bool backward) {
    const auto* altered = std::get_if<AlterField>(&migration.operations[i]);
    if (!altered || backward) return std::nullopt;
    while (i-- > 0)
        if (const auto* fill = std::get_if<Fill>(&migration.operations[i]))
            if (fill->model == altered->model && fill->field == altered->field.name) return fill->expression;
    return std::nullopt;
}

bool builds_on_rows(const Migration& migration, std::size_t i, bool backward) {
    const auto& operations = migration.operations;
    if (is_data(operations[i]) || only_adds(operations[i], backward) || filled_before(migration, i, backward))
        return false;
    const auto at = operations.begin() + static_cast<std::ptrdiff_t>(i);
    const auto works = [&](const Operation& operation) { return works_on_rows(operation, backward); };
    return backward ? std::any_of(at, operations.end(), works) : std::any_of(operations.begin(), at, works);
}

bool builds_on_rows(const Migration& migration, bool backward) {
    for (std::size_t i = 0; i < migration.operations.size(); ++i)
        if (builds_on_rows(migration, i, backward)) return true;
    return false;
}

std::string batched_table(const Operation& operation, const std::string& app, const schema::State& state) {
    std::string label;
    if (const auto* fill = std::get_if<Fill>(&operation)) label = app + "." + fill->model;
    if (const auto* run = std::get_if<Run>(&operation)) label = run->label;
    const auto model = state.models.find(label);
    return model == state.models.end() ? std::string() : model->second.table;
}

}  // namespace orm::migrations
