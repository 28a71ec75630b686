#include "orm/order.hpp"

#include "field_path.hpp"
#include "orm/errors.hpp"
#include "predicate_values.hpp"

namespace orm::detail {

DynamicOrder::DynamicOrder(const ModelInfo& (*model)(), std::string_view fields) : model_(model) {
    static constexpr std::size_t most = 10;
    if (fields.empty()) return;
    const std::vector<std::string> names = split(fields, ",");
    if (names.size() > most) throw ValidationError("an order of more than " + std::to_string(most) + " fields");
    for (const std::string& given : names) {
        const bool descending = given.starts_with('-');
        const std::vector<std::string> parts = split(std::string_view(given).substr(descending ? 1 : 0), "__");
        FieldPath path = follow(model(), parts);
        if (path.used < parts.size()) refuse(path, parts[path.used]);
        if (path.field->plan.type->kind == Kind::array)
            throw ValidationError(path.model->class_name, path.field->name, "is an array, which has no order");
        for (const MemberInfo* step : path.steps) structure_ += step->column + ">";
        structure_ += path.field->column + (descending ? "-;" : ";");
        keys_.push_back({std::move(path.steps), path.field, descending});
    }
}

void DynamicOrder::describe(sql::Scope& scope) const {
    for (const Key& key : keys_)
        scope.select().order.push_back({column_of(scope, model_(), key.steps, *key.field), key.descending});
}

void DynamicOrder::bind(Params& params) const {
    note_structure(params, "order " + structure_);
}

}  // namespace orm::detail
