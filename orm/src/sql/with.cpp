#include "orm/cte.hpp"

namespace orm::detail {

void cast_to_members(sql::Scope& scope, const ModelInfo& rows, sql::Select& select) {
    if (select.combined.left) {
        cast_to_members(scope, rows, *select.combined.left);
        return cast_to_members(scope, rows, *select.combined.right);
    }
    for (std::size_t i = 0; i < rows.members.size() && i < select.outputs.size(); ++i) {
        const TypeInfo* type = rows.members[i].plan.type;
        if (type->kind == Kind::array) continue;
        sql::Expr* cast = scope.tree().make(sql::Op::cast, {select.outputs[i].expr});
        cast->type = type;
        cast->flag = true;  // PostgreSQL's alone: SQLite's values have their own types
        select.outputs[i].expr = cast;
    }
}

}  // namespace orm::detail
