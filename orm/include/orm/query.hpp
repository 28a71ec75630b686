/// Queries compose with pipes; every stage adds to the type of the query, and that type decides SQL text and row type.
///
///     auto cards = orm::select<E> | orm::filter(f<&E::is_published>) | orm::related<&E::venue>
///                | orm::annotate(orm::count(registrations)) | orm::order_by<&E::event_date> | orm::limit(50);
///     for (auto const& [event, venue, registered] : db.all(cards)) ...
///
/// A team's vocabulary is plain stages: `inline constexpr auto published = orm::filter(f<&E::is_published>);`
#pragma once

#include "orm/stage.hpp"

namespace orm {

template <class Q>
using row_of = typename detail::RowTypeOf<Q>::type;

template <Query Q, Stage S>
constexpr auto operator|(Q query, S stage) {
    static_assert(
        !Q::combined || S::after_sets,
        "orm: a combined query takes order_by, sort, limit, offset, prefetch, as and another set operation "
        "only; put filter, annotate, related, values and locks into the queries that union_with, intersect_with "
        "or except_of combine");
    static_assert(S::template check<Q>());
    return Piped<Q, S>{{}, std::move(query), std::move(stage)};
}
/// Several stages under one name: `constexpr auto open = published | upcoming;`
template <class A, class B>
struct StagePair {
    A first;
    B second;
};
namespace detail {
template <class T>
inline constexpr bool is_stage_pair = false;
template <class A, class B>
inline constexpr bool is_stage_pair<StagePair<A, B>> = true;
}  // namespace detail
template <class T>
concept Stages = Stage<T> || detail::is_stage_pair<T>;
template <Stages A, Stages B>
constexpr auto operator|(A a, B b) {
    return StagePair<A, B>{std::move(a), std::move(b)};
}
template <Query Q, class A, class B>
constexpr auto operator|(Q query, StagePair<A, B> pair) {
    return std::move(query) | std::move(pair.first) | std::move(pair.second);
}

// A relation with stages: the query of a prefetch.
template <detail::RelationLike Relation, Stages S>
constexpr auto operator|(Relation relation, S stage) {
    auto query = detail::relation_query(relation) | std::move(stage);
    return detail::RelatedQuery<typename Relation::link, decltype(query)>{query};
}
template <class Link, Query Q, Stages S>
constexpr auto operator|(detail::RelatedQuery<Link, Q> related, S stage) {
    auto query = std::move(related.query) | std::move(stage);
    return detail::RelatedQuery<Link, decltype(query)>{query};
}

/// Only rows for which the condition holds.
template <Expression E>
constexpr auto filter(E condition) {
    static_assert(std::is_same_v<remove_optional<typename E::orm_value>, bool>, "orm: filter needs a condition");
    static_assert(!E::aggregate, "orm: an aggregate cannot be in a filter; use having after group_by");
    return detail::Filter<E>(std::move(condition));
}
/// Only rows for which the condition does not hold, or is unknown (NULL), as in Django: nobody is missing from both
/// filter(c) and exclude(c).
template <Expression E>
constexpr auto exclude(E condition) {
    static_assert(std::is_same_v<remove_optional<typename E::orm_value>, bool>, "orm: exclude needs a condition");
    return filter(detail::does_not_hold(condition));
}
template <Expression E>
constexpr auto having(E condition) {
    static_assert(std::is_same_v<remove_optional<typename E::orm_value>, bool>,
                  "orm: having needs a condition: orm::having(orm::count() > 2)");
    return detail::Having<E>(std::move(condition));
}
namespace detail {
template <class... Es>
consteval void check_expressions() {
    static_assert(
        (Expression<typename UnwrapOrder<Es>::expression> && ...),
        "orm: rows have and are ordered by expressions; a plain value is orm::value(7), and rank, lag and their "
        "kin stand in orm::over(orm::rank(), orm::partition_by(), ...)");
}
}  // namespace detail

/// order_by<&E::event_date, orm::desc<&E::id>>; by expressions: orm::sort.
template <auto... Keys>
inline constexpr detail::OrderByMembers<Keys...> order_by{};
/// Order by expressions: sort(pending, f<&C::id>.desc()).
template <class... Es>
constexpr auto sort(Es... keys) {
    detail::check_expressions<Es...>();
    return detail::OrderByExpressions<Es...>(detail::Pack<Es...>{{std::move(keys)}...});
}
/// At most n rows.
constexpr auto limit(std::int64_t n) {
    return detail::LimitStage<false>(n);
}
/// Skip n rows.
constexpr auto offset(std::int64_t n) {
    return detail::LimitStage<true>(n);
}
inline constexpr detail::DistinctStage distinct{};

inline constexpr std::integral_constant<sql::LockWait, sql::LockWait::nowait> nowait{};
inline constexpr std::integral_constant<sql::LockWait, sql::LockWait::skip_locked> skip_locked{};
/// for_update(orm::of<&R::event>) locks the registration's event, of<orm::self, &R::event> both.
template <auto... Rows>
inline constexpr detail::LockOf<Rows...> of{};
inline constexpr detail::Self self{};
/// Locks the rows of the query's own model until the transaction ends; only inside db.atomic.
inline constexpr detail::LockStage<sql::Lock::update, sql::LockWait::wait> for_update{};
inline constexpr detail::LockStage<sql::Lock::no_key_update, sql::LockWait::wait> for_no_key_update{};
inline constexpr detail::LockStage<sql::Lock::share, sql::LockWait::wait> for_share{};
inline constexpr detail::LockStage<sql::Lock::key_share, sql::LockWait::wait> for_key_share{};

/// Loads the related row (JOIN): related<&R::user>, related<&R::event, &E::venue>, related<&R::user, crushprofile>.
template <auto... Path>
inline constexpr detail::Related<Path...> related{};

/// Adds values to the row.
template <class... Es>
constexpr auto annotate(Es... values) {
    detail::check_expressions<Es...>();
    return detail::Annotate<Es...>(detail::Pack<Es...>{{std::move(values)}...});
}
/// Fields instead of models.
template <auto... Members>
inline constexpr detail::ValuesStage<false, Members...> values{};
/// Expressions instead of models: value_of(f<&E::venue, &Venue::city>, orm::count(registrations)).
template <class... Es>
constexpr auto value_of(Es... es) {
    detail::check_expressions<Es...>();
    return detail::ValuesOf<false, Es...>(detail::Pack<Es...>{{std::move(es)}...});
}
/// One row per distinct combination of the fields; add aggregates with annotate.
template <auto... Members>
inline constexpr detail::ValuesStage<true, Members...> group_by{};
template <class... Es>
constexpr auto grouped_by(Es... es) {
    detail::check_expressions<Es...>();
    return detail::ValuesOf<true, Es...>(detail::Pack<Es...>{{std::move(es)}...});
}
/// The row as a named struct whose members are the parts, in order.
template <class T>
inline constexpr detail::AsStage<T> as{};

/// The stage only when `flag`; both texts are kept.
template <Stage S>
constexpr auto when(bool flag, S stage) {
    return detail::WhenStage<S>(flag, std::move(stage));
}

template <Stages A, Stages B>
constexpr auto when(bool flag, StagePair<A, B> pair) {
    return when(flag, std::move(pair.first)) | when(flag, std::move(pair.second));
}

/// Loads related rows into a std::vector at the end of the row, with one more statement for all rows.
template <detail::RelationLike Relation>
constexpr auto prefetch(Relation relation) {
    auto query = detail::relation_query(relation);
    return detail::Children<typename Relation::link, decltype(query)>(query);
}
template <class Link, Query Q>
constexpr auto prefetch(detail::RelatedQuery<Link, Q> related) {
    return detail::Children<Link, Q>(std::move(related.query));
}
/// The children of the row that a foreign key names, which need not be loaded itself: the event's other registrations
/// with each registration are orm::prefetch<&R::event>(registrations). None where the key is NULL.
template <auto Pointer, detail::RelationLike Relation>
constexpr auto prefetch(Relation relation) {
    auto query = detail::relation_query(relation);
    return detail::Children<typename Relation::link, decltype(query), detail::KeyOfRelated<Pointer>>(query);
}
template <auto Pointer, class Link, Query Q>
constexpr auto prefetch(detail::RelatedQuery<Link, Q> related) {
    return detail::Children<Link, Q, detail::KeyOfRelated<Pointer>>(std::move(related.query));
}

}  // namespace orm
