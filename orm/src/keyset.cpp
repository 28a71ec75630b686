#include "orm/keyset.hpp"

namespace orm::detail {

using Nulls = sql::OrderBy::Nulls;

void order_by_keyset(sql::Scope& scope, std::span<const KeysetPart> parts, bool reversed) {
    for (const KeysetPart& part : parts) {
        Nulls nulls = part.nulls;
        if (reversed && nulls != Nulls::unspecified) nulls = nulls == Nulls::first ? Nulls::last : Nulls::first;
        scope.select().order.push_back({part.key, part.descending != reversed, nulls});
    }
}

/// k1 > v1 OR (k1 = v1 AND (k2 > v2 OR ...)), preceded by k1 >= v1, which an index on k1 serves. NULLs are beyond every
/// value, or before; beyond NULLs there are the values, or nothing.
void filter_by_keyset(sql::Scope& scope, std::span<const KeysetPart> parts, bool before) {
    using sql::Op;
    sql::Tree& tree = scope.tree();
    const auto nulls_beyond = [&](const KeysetPart& part) {
        return part.nulls != Nulls::unspecified && (part.nulls == Nulls::last) != before;
    };
    const sql::Expr* condition = nullptr;
    for (std::size_t i = parts.size(); i-- > 0;) {
        const KeysetPart& part = parts[i];
        const sql::Expr* beyond = nullptr;
        if (part.value) {
            beyond = tree.make(part.descending == before ? Op::gt : Op::lt, {part.key, part.value});
            if (nulls_beyond(part)) beyond = tree.make(Op::or_, {beyond, tree.make(Op::is_null, {part.key})});
        } else if (!nulls_beyond(part)) {
            beyond = tree.make(Op::is_not_null, {part.key});
        }
        if (condition) {
            const sql::Expr* same =
                part.value ? tree.make(Op::eq, {part.key, part.value}) : tree.make(Op::is_null, {part.key});
            const sql::Expr* both = tree.make(Op::and_, {same, condition});
            condition = beyond ? tree.make(Op::or_, {beyond, both}) : both;
        } else {
            condition = beyond ? beyond : tree.literal("FALSE");
        }
    }
    const KeysetPart& first = parts.front();
    if (parts.size() > 1 && first.key->op == Op::column && first.value && !nulls_beyond(first))
        scope.select().where.push_back(
            tree.make(first.descending == before ? Op::ge : Op::le, {first.key, first.value}));
    scope.select().where.push_back(condition);
}

}  // namespace orm::detail
