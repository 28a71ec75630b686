/// What SQL asks of a query as a whole: which expressions may stand beside a group, which order a DISTINCT can have,
/// what can be locked. Asked of the query's type, so that a mistake does not compile instead of failing on PostgreSQL
/// and yielding arbitrary rows on SQLite. Internal to the data layer.
#pragma once

#include "orm/query_base.hpp"

namespace orm::detail {

template <class A, class B>
struct ConcatExprs;
template <class... A, class... B>
struct ConcatExprs<Exprs<A...>, Exprs<B...>> {
    using type = Exprs<A..., B...>;
};

template <class E>
inline constexpr bool is_joined_column = false;
template <auto First, auto Second, auto... Rest>
inline constexpr bool is_joined_column<Column<First, Second, Rest...>> = true;
template <class... Es>
consteval bool any_joined(Exprs<Es...>) {
    return ((is_joined_column<Es> || any_joined(operands_of<Es>{})) || ...);
}
/// Whether it needs a field of a related row.
template <class E>
inline constexpr bool follows_relation = any_joined(Exprs<E>{});

template <class E, class List>
inline constexpr bool is_among = false;
template <class E, class... Es>
inline constexpr bool is_among<E, Exprs<Es...>> = (std::is_same_v<E, Es> || ...);

/// Stands among the keys of an order for fields that are known only when it runs.
struct AnyField {
    using orm_root = AnyField;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 0;
};

template <class E>
inline constexpr bool is_key_column = false;
template <auto Member>
inline constexpr bool is_key_column<Column<Member>> = is_id<type_of_member<Member>>;
/// Grouped by the model's key, a group is a row, whose every field is known.
template <class List>
inline constexpr bool by_key = false;
template <class... Es>
inline constexpr bool by_key<Exprs<Es...>> = (is_key_column<Es> || ...);

template <class Groups, class... Es>
consteval bool all_fit(Groups, Exprs<Es...>);
/// Whether the expression has one value for each group.
template <class E, class Groups>
consteval bool fits_group() {
    if constexpr (std::is_same_v<E, AnyField>)
        return false;
    else if constexpr (is_among<E, Groups> || E::aggregate || std::is_void_v<typename E::orm_root>)
        return true;
    else if constexpr (!std::is_same_v<operands_of<E>, Exprs<>>)
        return all_fit(Groups{}, operands_of<E>{});
    else
        return by_key<Groups> && !follows_relation<E>;
}
template <class Groups, class... Es>
consteval bool all_fit(Groups, Exprs<Es...>) {
    return (fits_group<Es, Groups>() && ...);
}

/// What a query yields, is ordered by and grouped by, as far as its stages say it.
template <class Q>
struct Grammar {
    using outputs = Exprs<>;
    using orders = Exprs<>;
    using groups = Exprs<>;
    using havings = Exprs<>;
};
template <class Q, class S>
struct Grammar<Piped<Q, S>> {
    using before = Grammar<Q>;
    using outputs = typename ConcatExprs<std::conditional_t<S::replaces, Exprs<>, typename before::outputs>,
                                         typename S::yields>::type;
    using orders = typename ConcatExprs<std::conditional_t<S::combines, Exprs<>, typename before::orders>,
                                        typename S::order_keys>::type;
    using groups = std::conditional_t<S::combines, Exprs<>,
                                      std::conditional_t<S::groups, typename S::yields, typename before::groups>>;
    using havings = typename ConcatExprs<std::conditional_t<S::combines, Exprs<>, typename before::havings>,
                                         typename S::conditions>::type;
};

template <class... Es>
consteval bool any_aggregate(Exprs<Es...>) {
    return (Es::aggregate || ...);
}
template <class E>
inline constexpr bool is_own_column = false;
template <auto Member>
inline constexpr bool is_own_column<Column<Member>> = true;
/// Whether each is among the outputs, or a field of the model's own row where that (`Whole`) is yielded.
template <bool Whole, class Outputs, class... Es>
consteval bool all_yielded(Outputs, Exprs<Es...>) {
    return ((is_among<Es, Outputs> || (Whole && is_own_column<Es>)) && ...);
}
/// Whether each is made of fields alone: it can be found again among the outputs of another select.
template <class... Es>
consteval bool all_of_fields(Exprs<Es...>) {
    return ((Es::params == 0 &&
             (is_own_column<Es> || (!std::is_same_v<operands_of<Es>, Exprs<>> && all_of_fields(operands_of<Es>{})))) &&
            ...);
}

/// Fails to compile where no database, or only a careless one, would run the query.
template <class Q>
consteval bool check_grammar() {
    using G = Grammar<Q>;
    if constexpr (Q::grouped) {
        static_assert(all_fit(typename G::groups{}, typename G::outputs{}),
                      "orm: beside a group stand aggregates and what it is grouped by: add the field to group_by, or "
                      "take orm::min, orm::max or orm::array_agg of it");
        static_assert(
            all_fit(typename G::groups{}, typename G::orders{}),
            "orm: groups are ordered by aggregates and by what they are grouped by: add the field to group_by, "
            "or sort by orm::min or orm::max of it");
        static_assert(all_fit(typename G::groups{}, typename G::havings{}),
                      "orm: having tests aggregates and what the rows are grouped by; put a test of single rows into a "
                      "filter before group_by");
    } else if constexpr (!Q::aggregated && !Q::combined) {
        static_assert(!any_aggregate(typename G::orders{}),
                      "orm: an aggregate orders groups; add group_by, or sort by an aggregate of related rows: "
                      "orm::count(relation).desc()");
    }
    if constexpr (Q::distincts && !Q::limited && !Q::combined)
        static_assert(
            all_yielded<!Q::projects>(typename G::outputs{}, typename G::orders{}),
            "orm: distinct rows are ordered by what they yield, as a row may stand for several; add the field to "
            "orm::values or orm::annotate, or order by another");
    if constexpr (Q::combined)
        static_assert(
            all_yielded<!Q::projects>(typename G::outputs{}, typename G::orders{}) &&
                all_of_fields(typename G::orders{}),
            "orm: a combined query is ordered by what it yields, fields or functions of them; add the field to "
            "orm::values of both queries, or order by another");
    if constexpr (Q::locks) {
        static_assert(!Q::distincts && !Q::grouped && !Q::aggregated,
                      "orm: a lock needs the rows themselves, not distinct ones, groups or aggregates of them; lock "
                      "orm::select<Model> | orm::filter(orm::in(f<&Model::id>, this query's keys))");
        static_assert(!any_window(typename G::outputs{}) && !any_window(typename G::orders{}),
                      "orm: rows that a window function sees cannot be locked; lock them in a query of their own");
    }
    return true;
}

}  // namespace orm::detail
