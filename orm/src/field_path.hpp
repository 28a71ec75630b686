/// Fields named by text, over foreign keys: "event__venue__city".
#pragma once

#include <string>
#include <vector>

#include "orm/field.hpp"

namespace orm::detail {

struct FieldPath {
    /// Whose fields the next part names; null: nothing leads on.
    const ModelInfo* next() const { return !field ? model : field->to ? &field->to() : nullptr; }

    std::vector<const MemberInfo*> steps;  ///< foreign keys
    const MemberInfo* field = nullptr;
    const ModelInfo* model = nullptr;  ///< of the field
    std::size_t used = 0;              ///< parts that are fields; what follows is none
};

/// As far as the parts are fields.
FieldPath follow(const ModelInfo& root, const std::vector<std::string>& parts);
/// A ValidationError: the part that follows is no field.
[[noreturn]] void refuse(const FieldPath& path, const std::string& part);

/// The column in a query of the first step's model.
const sql::Expr* column_of(sql::Scope& scope, const ModelInfo& root, const std::vector<const MemberInfo*>& steps,
                           const MemberInfo& field);

/// Makes the structure a part of the shape of what is bound.
void note_structure(Params& params, const std::string& structure);

}  // namespace orm::detail
