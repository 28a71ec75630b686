/// Keyset paging: the rows after (before) one that the reader has seen, at the same cost on every page, stable under
/// inserts.
///
///     constexpr auto pages = orm::keyset<orm::desc<&E::event_date>, &E::id>;    // ends in a unique field
///     auto first = db.all(orm::select<E> | pages.first | orm::limit(20));
///     auto next = db.all(orm::select<E> | pages.after(first.back()) | orm::limit(20));
///     auto back = db.all(orm::select<E> | pages.before(next.front()) | orm::limit(20));    // in reading order, too
#pragma once

#include "orm/query.hpp"

namespace orm {

namespace detail {

template <bool Flip, auto... Keys>
struct KeysetOrder : StageBase {
    static constexpr bool orders = true;
    static constexpr bool reverses = Flip;
    template <class Q>
    void describe(sql::Scope& scope) const {
        (scope.select().order.push_back({Column<order_pointer<Keys>()>{}.describe(scope), is_descending<Keys> != Flip}),
         ...);
    }
};

template <bool Before, auto... Keys>
struct KeysetStage : KeysetOrder<Before, Keys...> {
    static constexpr std::size_t count = sizeof...(Keys);
    static constexpr std::size_t params = count;
    std::tuple<typename Column<order_pointer<Keys>()>::orm_value...> position;
    constexpr explicit KeysetStage(decltype(position) p) : position(std::move(p)) {}

    /// k1 > v1 OR (k1 = v1 AND (k2 > v2 OR ...)), preceded by k1 >= v1, which an index on k1 serves.
    template <class Q>
    void describe(sql::Scope& scope) const {
        const sql::Expr* columns[] = {Column<order_pointer<Keys>()>{}.describe(scope)...};
        const bool descending[] = {is_descending<Keys>...};
        const sql::Expr* values[count];
        std::size_t n = 0;
        std::apply(
            [&](const auto&... v) {
                ((values[n++] = scope.tree().param(type_info<std::decay_t<decltype(v)>>, &v)), ...);
            },
            position);
        const sql::Expr* condition = nullptr;
        for (std::size_t i = count; i-- > 0;) {
            const bool greater = descending[i] == Before;
            const sql::Expr* beyond = scope.tree().make(greater ? sql::Op::gt : sql::Op::lt, {columns[i], values[i]});
            if (condition) {
                const sql::Expr* same = scope.tree().make(sql::Op::eq, {columns[i], values[i]});
                condition =
                    scope.tree().make(sql::Op::or_, {beyond, scope.tree().make(sql::Op::and_, {same, condition})});
            } else {
                condition = beyond;
            }
        }
        if constexpr (count > 1)
            scope.select().where.push_back(
                scope.tree().make(descending[0] == Before ? sql::Op::ge : sql::Op::le, {columns[0], values[0]}));
        scope.select().where.push_back(condition);
        KeysetOrder<Before, Keys...>::template describe<Q>(scope);
    }
    void bind(Params& p) const {
        std::apply([&](const auto&... v) { (p.add(type_info<std::decay_t<decltype(v)>>, &v), ...); }, position);
    }
};

template <auto... Keys>
struct Keyset {
    static_assert((!is_optional<type_of_member<order_pointer<Keys>()>> && ...),
                  "orm: keyset paging needs fields that are never NULL");
    KeysetOrder<false, Keys...> first{};
    template <class M>
    static auto after(const M& row) {
        return KeysetStage<false, Keys...>(position(row));
    }
    template <class M>
    static auto before(const M& row) {
        return KeysetStage<true, Keys...>(position(row));
    }

  private:
    template <class M>
    static auto position(const M& row) {
        return std::tuple<typename Column<order_pointer<Keys>()>::orm_value...>((row.*order_pointer<Keys>())...);
    }
};

}  // namespace detail

template <auto... Keys>
inline constexpr detail::Keyset<Keys...> keyset{};

}  // namespace orm
