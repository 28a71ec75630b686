/// Queries inside queries: exists, in, scalar values; union, intersect, except; the first row of each combination.
///
///     auto invited = orm::select<Invitation> | orm::filter(f<&I::user> == orm::outer<&User::id>);
///     db.all(orm::select<User> | orm::filter(orm::exists(invited)));
///     db.all(orm::select<E> | orm::filter(orm::in(f<&E::venue>, orm::select<Venue> | orm::values<&Venue::id>)));
///     db.all(early | orm::union_with(late) | orm::limit(10));
///     db.all(orm::select<R> | orm::order_by<&R::event, orm::desc<&R::id>> | orm::distinct_on<&R::event>);   // newest
///     of each event
#pragma once

#include "orm/query.hpp"

namespace orm {

namespace detail {

/// Describes a query as a nested select; its outputs need no place in memory. `one`: only its first row.
template <Query Q>
sql::Select* describe_nested(const Q& query, sql::Scope& scope, bool outputs, bool one = false) {
    static_assert(check_grammar<Q>());
    sql::Scope inner(scope.tree(), info<typename Q::model>(), &scope);
    query.describe(inner);
    if (outputs) {
        Layout layout;
        layout.offsets.assign(part_count<typename Q::parts>, 0);
        query.outputs(inner, layout);
    }
    if (one && !Q::aggregated && !inner.select().limit) inner.select().limit = scope.tree().literal("1");
    if (inner.select().limit || inner.select().offset) inner.settle_order(Q::projects, keyed<Q>);
    return &inner.select();
}

template <sql::Op Operator, class V, Query Q>
struct Nested : Fluent<Nested<Operator, V, Q>> {
    using orm_root = void;
    using orm_outer = typename Q::outer;
    using orm_value = V;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = Q::params;
    Q query;
    constexpr explicit Nested(Q q) : query(std::move(q)) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* node = scope.tree().make(Operator);
        node->select = describe_nested(query, scope, Operator != sql::Op::exists, Operator == sql::Op::scalar);
        return node;
    }
    void bind(Params& p) const {
        query.bind(p);
        if constexpr (Operator != sql::Op::exists) query.bind_outputs(p);
    }
};
template <class V, Query Q>
inline constexpr bool may_be_null<Nested<sql::Op::exists, V, Q>> = false;

template <bool Negated, class E, Query Q>
struct InQuery : Fluent<InQuery<Negated, E, Q>> {
    using orm_root = typename E::orm_root;
    using orm_outer = typename ConcatModels<typename E::orm_outer, typename Q::outer>::type;
    using orm_value = bool;
    static constexpr bool aggregate = E::aggregate;
    static constexpr std::size_t params = E::params + Q::params;
    E value;
    Q query;
    constexpr InQuery(E e, Q q) : value(std::move(e)), query(std::move(q)) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* node =
            scope.tree().make(Negated ? sql::Op::not_in_select : sql::Op::in_select, {value.describe(scope)});
        node->select = describe_nested(query, scope, true);
        return node;
    }
    void bind(Params& p) const {
        value.bind(p);
        query.bind(p);
        query.bind_outputs(p);
    }
};

template <bool Negated, class E, Query Q>
struct OperandsOf<InQuery<Negated, E, Q>> {
    using type = Exprs<E>;
};

template <class P>
struct OnlyPart;
template <class T>
struct OnlyPart<Parts<T>> {
    using type = typename ColumnValue<remove_optional<T>>::type;
};

template <sql::SetOperator Operator, Query Other>
struct SetStage : StageBase {
    using outer = typename Other::outer;
    static constexpr std::size_t params = Other::params;
    static constexpr bool combines = true, after_sets = true;
    Other other;
    constexpr explicit SetStage(Other o) : other(std::move(o)) {}
    template <class Q>
    static consteval bool check() {
        static_assert(std::is_same_v<typename Q::parts, typename Other::parts>,
                      "orm: union, intersect and except combine queries with the same row type");
        static_assert((!Q::ordered || Q::limited) && (!Other::ordered || Other::limited),
                      "orm: order a combined query after union_with, not before; an order within needs a limit");
        static_assert(!Q::locks && !Other::locks,
                      "orm: the rows of a combined query cannot be locked; lock those of "
                      "orm::select<Model> | orm::filter(orm::in(f<&Model::id>, ids of the combined query))");
        return true;
    }
    template <Query Q>
    void describe_after(const Q& query, sql::Scope& scope) const {
        sql::Select& whole = scope.select();
        sql::Select* left = operand(query, scope);
        whole.combined = {Operator, left, operand(other, scope)};
        whole.name = left->name;
        whole.with = std::exchange(left->with, {});  // the other query may read these rows, too
    }
    template <Query Q>
    void bind_after(const Q& query, Params& p) const {
        query.bind(p);
        query.bind_outputs(p);
        other.bind(p);
        other.bind_outputs(p);
    }
    /// How the rows lie in memory is what the first query says; its text is in the scope already.
    template <Query Q>
    void outputs_after(const Q& query, sql::Scope& scope, Layout& layout) const {
        sql::Tree tree;
        sql::Scope first(tree, info<typename Q::model>(), scope.outer());
        query.describe(first);
        query.outputs(first, layout);
        scope.rows = std::move(first.rows);
    }

  private:
    template <Query Q>
    static sql::Select* operand(const Q& query, sql::Scope& scope) {
        sql::Scope inner(scope.tree(), info<typename Q::model>(), scope.outer());
        query.describe(inner);
        Layout layout;
        layout.offsets.assign(part_count<typename Q::parts>, 0);
        query.outputs(inner, layout);
        if (inner.select().limit || inner.select().offset) inner.settle_order(Q::projects, keyed<Q>);
        return &inner.select();
    }
};

/// Whether the first keys of an order are these, in any sequence; one that the stages do not tell may be.
template <class... Keys>
consteval bool begins_with(Exprs<>) {
    return true;
}
template <class... Keys, class... Es>
requires(sizeof...(Es) > 0) consteval bool begins_with(Exprs<Es...>) {
    constexpr bool among[] = {is_among<Es, Exprs<Keys...>>...};
    std::size_t first = 0;
    while (first < sizeof...(Es) && first < sizeof...(Keys) && among[first]) ++first;
    return first == sizeof...(Keys);
}

template <auto... Keys>
struct DistinctOnStage : StageBase {
    static constexpr bool limits = true, distincts = true;
    template <class Q>
    static consteval bool check() {
        static_assert(!Q::grouped && !Q::aggregated && !Q::distincts && !Q::combined,
                      "orm: distinct_on keeps rows themselves, not groups, aggregates or distinct rows of them; take "
                      "the first of each combination before: orm::filter(orm::in(f<&Model::id>, first ones | "
                      "orm::values<&Model::id>))");
        static_assert(
            Q::ordered,
            "orm: distinct_on keeps the first row in an order; put order_by before it, beginning with the same fields");
        static_assert((std::is_same_v<model_of_member<Keys>, typename Q::model> && ...),
                      "orm: distinct_on<...> names fields of the query's own model");
        static_assert(begins_with<Column<Keys>...>(typename Grammar<Q>::orders{}),
                      "orm: the order before distinct_on begins with the same fields");
        return true;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        (scope.select().distinct_on.push_back(Column<Keys>{}.describe(scope)), ...);
    }
};

}  // namespace detail

/// Whether the query, which may refer to the row around it by orm::outer<...>, has a row.
template <Query Q>
constexpr auto exists(Q query) {
    return detail::Nested<sql::Op::exists, bool, Q>(std::move(query));
}
/// The value of a query with one output: of its first row, in its order, as only PostgreSQL would refuse several; NULL
/// where it has no row.
template <Query Q>
constexpr auto subquery(Q query) {
    using T = typename detail::OnlyPart<detail::flat_parts<Q>>::type;
    return detail::Nested<sql::Op::scalar, std::optional<T>, Q>(std::move(query));
}
/// Whether the value is among those of a query with one output.
template <Expression E, Query Q>
constexpr auto in(E value, Q query) {
    using T = typename detail::OnlyPart<detail::flat_parts<Q>>::type;
    static_assert(detail::comparable<remove_optional<typename E::orm_value>, T>,
                  "orm: in(value, query): the query yields another type than the value");
    return detail::InQuery<false, E, Q>(std::move(value), std::move(query));
}
/// Not for values that may be NULL: one would make it unknown for all rows.
template <Expression E, Query Q>
constexpr auto not_in(E value, Q query) {
    using T = typename detail::OnlyPart<detail::flat_parts<Q>>::type;
    static_assert(detail::comparable<remove_optional<typename E::orm_value>, T>,
                  "orm: not_in(value, query): the query yields another type than the value");
    static_assert(
        !is_optional<typename detail::RowTypeOf<Q>::type>,
        "orm: not_in(value, query): a NULL among the values would match nothing; filter it out with is_not_null and "
        "give a field that is never NULL, or use !exists");
    return detail::InQuery<true, E, Q>(std::move(value), std::move(query));
}

template <Query Q>
constexpr auto union_with(Q other) {
    return detail::SetStage<sql::SetOperator::union_, Q>(std::move(other));
}
template <Query Q>
constexpr auto union_all_with(Q other) {
    return detail::SetStage<sql::SetOperator::union_all, Q>(std::move(other));
}
template <Query Q>
constexpr auto intersect_with(Q other) {
    return detail::SetStage<sql::SetOperator::intersect, Q>(std::move(other));
}
template <Query Q>
constexpr auto except_of(Q other) {
    return detail::SetStage<sql::SetOperator::except, Q>(std::move(other));
}

/// The first row, in the query's order, of each combination of the fields. The order begins with the same fields.
template <auto... Keys>
inline constexpr detail::DistinctOnStage<Keys...> distinct_on{};

}  // namespace orm
