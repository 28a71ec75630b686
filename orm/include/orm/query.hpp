/// Queries compose with pipes; every stage adds to the type of the query, and that type decides SQL text and row type.
///
///     auto cards = orm::select<E> | orm::filter(f<&E::is_published>) | orm::related<&E::venue>
///                | orm::annotate(orm::count(registrations)) | orm::order_by<&E::event_date> | orm::limit(50);
///     for (auto const& [event, venue, registered] : db.all(cards)) ...
///
/// A team's vocabulary is plain stages: `inline constexpr auto published = orm::filter(f<&E::is_published>);`
#pragma once

#include <tuple>
#include <vector>

#include "orm/relation.hpp"

namespace orm {

namespace detail {

template <class... Ts>
struct Parts {};
template <class P, class T>
struct AppendPart;
template <class... Ts, class T>
struct AppendPart<Parts<Ts...>, T> {
    using type = Parts<Ts..., T>;
};
template <class P>
struct RowOf;
template <class T>
struct RowOf<Parts<T>> {
    using type = T;
};
template <class... Ts>
requires(sizeof...(Ts) > 1) struct RowOf<Parts<Ts...>> {
    using type = std::tuple<Ts...>;
};

template <class P>
inline constexpr std::size_t part_count = 0;
template <class... Ts>
inline constexpr std::size_t part_count<Parts<Ts...>> = sizeof...(Ts);

/// Where the parts of a row lie, for the row plan.
struct Layout {
    std::vector<std::uint32_t> offsets;
    std::size_t next = 0;
    std::uint32_t take() { return offsets[next++]; }
};

struct StageTag {};
struct QueryTag {};

/// Statement kinds that the same query can be turned into.
enum class Terminal : std::uint8_t { all, first, get, count, exists };

}  // namespace detail

template <class T>
concept Stage = std::derived_from<T, detail::StageTag>;
template <class T>
concept Query = std::derived_from<T, detail::QueryTag>;

/// The start of a query: all rows of a model.
template <class M>
struct From : detail::QueryTag {
    using model = M;
    using parts = detail::Parts<M>;
    using row_type = void;
    using outer = Models<>;
    static constexpr std::size_t params = 0;
    static constexpr bool ordered = false, locks = false, grouped = false, projects = false, reversed = false;
    void describe(sql::Scope&) const {}
    void outputs(sql::Scope& scope, detail::Layout& layout) const {
        scope.add_model(info<M>(), scope.base(), layout.take(), nullptr);
    }
    void bind(Params&) const {}
    void bind_outputs(Params&) const {}
    template <class Visitor>
    void prefetches(Visitor&&) const {}  // (stage, index of its part in the row)
};

template <class M>
inline constexpr From<M> select{};

/// A query with one more stage.
template <Query Q, Stage S>
struct Piped : detail::QueryTag {
    using model = typename Q::model;
    using parts = typename S::template parts<Q>;
    using row_type = typename S::template row<Q>;
    /// What a nested query asks of this one's row is supplied here.
    using outer = typename detail::ConcatModels<typename Q::outer,
                                                typename detail::RemoveModel<typename S::outer, model>::type>::type;
    static constexpr bool reversed = Q::reversed != S::reverses;
    static constexpr std::size_t params = Q::params + S::params;
    static constexpr bool ordered = Q::ordered || S::orders;
    static constexpr bool locks = Q::locks || S::locks;
    static constexpr bool grouped = Q::grouped || S::groups;
    static constexpr bool projects = Q::projects || S::replaces;
    Q query;
    S stage;
    void describe(sql::Scope& scope) const {
        query.describe(scope);
        stage.template describe<Q>(scope);
    }
    void outputs(sql::Scope& scope, detail::Layout& layout) const {
        if constexpr (!S::replaces) query.outputs(scope, layout);
        stage.template outputs<Q>(scope, layout);
    }
    void bind(Params& p) const {
        query.bind(p);
        stage.bind(p);
    }
    void bind_outputs(Params& p) const {
        if constexpr (!S::replaces) query.bind_outputs(p);
        stage.bind_outputs(p);
    }
    template <class Visitor>
    void prefetches(Visitor&& visitor) const {
        if constexpr (!S::replaces) query.prefetches(visitor);
        if constexpr (requires { typename S::children; })
            visitor(stage, std::integral_constant<std::size_t, detail::part_count<typename Q::parts>>{});
    }
};

namespace detail {

/// The type of the rows that a query yields.
template <class Q>
struct RowTypeOf {
    using type = typename Q::row_type;
};
template <class Q>
requires std::is_void_v<typename Q::row_type>
struct RowTypeOf<Q> {
    using type = typename RowOf<typename Q::parts>::type;
};

/// Defaults that most stages share.
struct StageBase : StageTag {
    template <class Q>
    using parts = typename Q::parts;
    template <class Q>
    using row = typename Q::row_type;
    using outer = Models<>;
    static constexpr std::size_t params = 0;
    static constexpr bool orders = false, locks = false, groups = false, replaces = false, reverses = false;
    /// Static assertions about the query that the stage is put on; made when it is, so that messages are short.
    template <class Q>
    static consteval bool check() {
        return true;
    }
    template <class Q>
    void describe(sql::Scope&) const {}
    template <class Q>
    void outputs(sql::Scope&, Layout&) const {}
    void bind(Params&) const {}
    void bind_outputs(Params&) const {}
};

template <class Model, class E>
struct CheckModel {
    static_assert(std::is_void_v<typename E::orm_root> || std::is_same_v<typename E::orm_root, Model>,
                  "orm: this expression is about another model than the query; reach it through a relation "
                  "(f<&A::relation, &B::field>) or orm::exists/count over a relation");
    static constexpr bool value = true;
};

template <class E>
struct Filter : StageBase {
    using outer = typename E::orm_outer;
    static constexpr std::size_t params = E::params;
    E condition;
    constexpr explicit Filter(E c) : condition(std::move(c)) {}
    template <class Q>
    static consteval bool check() {
        return CheckModel<typename Q::model, E>::value;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.select().where.push_back(condition.describe(scope));
    }
    void bind(Params& p) const { condition.bind(p); }
};

template <class E>
struct Having : StageBase {
    using outer = typename E::orm_outer;
    static constexpr std::size_t params = E::params;
    E condition;
    constexpr explicit Having(E c) : condition(std::move(c)) {}
    template <class Q>
    static consteval bool check() {
        static_assert(Q::grouped, "orm: having needs a group_by before it");
        return true;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.select().having.push_back(condition.describe(scope));
    }
    void bind(Params& p) const { condition.bind(p); }
};

template <auto... Keys>
struct OrderByMembers : StageBase {
    static constexpr bool orders = true;
    template <class Q>
    static consteval bool check() {
        static_assert(
            (std::is_same_v<model_of_member<order_pointer<Keys>()>, typename Q::model> && ...),
            "orm: order_by<...> names fields of the query's own model; use order_by(f<&A::relation, &B::field>)");
        return true;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        (scope.select().order.push_back({Column<order_pointer<Keys>()>{}.describe(scope), is_descending<Keys>}), ...);
    }
};

template <class T>
struct UnwrapOrder {
    using expression = T;
    static constexpr bool descending = false;
    static const T& get(const T& t) { return t; }
};
template <class E, bool D>
struct UnwrapOrder<Ordered<E, D>> {
    using expression = E;
    static constexpr bool descending = D;
    static const E& get(const Ordered<E, D>& t) { return t.expression; }
};

template <class... Es>
struct OrderByExpressions : StageBase {
    static constexpr bool orders = true;
    static constexpr std::size_t params = (0 + ... + UnwrapOrder<Es>::expression::params);
    std::tuple<Es...> keys;
    constexpr explicit OrderByExpressions(Es... k) : keys(std::move(k)...) {}
    template <class Q>
    static consteval bool check() {
        return (CheckModel<typename Q::model, typename UnwrapOrder<Es>::expression>::value && ...);
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        std::apply(
            [&](const auto&... key) {
                (scope.select().order.push_back({UnwrapOrder<std::decay_t<decltype(key)>>::get(key).describe(scope),
                                                 UnwrapOrder<std::decay_t<decltype(key)>>::descending}),
                 ...);
            },
            keys);
    }
    void bind(Params& p) const {
        std::apply([&](const auto&... key) { (UnwrapOrder<std::decay_t<decltype(key)>>::get(key).bind(p), ...); },
                   keys);
    }
};

template <bool IsOffset>
struct LimitStage : StageBase {
    static constexpr std::size_t params = 1;
    std::int64_t rows;
    constexpr explicit LimitStage(std::int64_t n) : rows(n) {}
    template <class Q>
    void describe(sql::Scope& scope) const {
        (IsOffset ? scope.select().offset : scope.select().limit) = scope.tree().param(type_info<std::int64_t>, &rows);
    }
    void bind(Params& p) const { p.add(type_info<std::int64_t>, &rows); }
};

struct DistinctStage : StageBase {
    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.select().distinct = true;
    }
};

template <sql::Lock Mode, sql::LockWait Wait>
struct LockStage : StageBase {
    static constexpr bool locks = true;
    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.select().lock = Mode;
        scope.select().wait = Wait;
    }
    /// for_update(orm::nowait), for_update(orm::skip_locked)
    constexpr auto operator()(std::integral_constant<sql::LockWait, sql::LockWait::nowait>) const {
        return LockStage<Mode, sql::LockWait::nowait>{};
    }
    constexpr auto operator()(std::integral_constant<sql::LockWait, sql::LockWait::skip_locked>) const {
        return LockStage<Mode, sql::LockWait::skip_locked>{};
    }
};

/// related<a, b>: loads the row at each step; a nullable step gives a std::optional.
template <auto... Path>
struct Related;
template <class P, bool Nullable, auto... Path>
struct RelatedParts {
    using type = P;
};
template <class P, bool Nullable, auto First, auto... Rest>
struct RelatedParts<P, Nullable, First, Rest...> {
    using step = Step_<First>;
    static constexpr bool nullable = Nullable || step::nullable;
    using part = std::conditional_t<nullable, std::optional<typename step::to>, typename step::to>;
    using type = typename RelatedParts<typename AppendPart<P, part>::type, nullable, Rest...>::type;
};

template <auto... Path>
struct Related : StageBase {
    template <class Q>
    using parts = typename RelatedParts<typename Q::parts, false, Path...>::type;
    template <class Q>
    static consteval bool check() {
        using First = Step_<std::get<0>(std::tuple{Path...})>;
        static_assert(std::is_same_v<typename First::from, typename Q::model>,
                      "orm: related<...> starts from the query's own model");
        return true;
    }

    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.join(hops());
    }
    template <class Q>
    void outputs(sql::Scope& scope, Layout& layout) const {
        const std::vector<sql::Hop> path = hops();
        bool nullable = false;
        std::size_t length = 0;
        (add_step<Path>(scope, layout, path, ++length, nullable), ...);
    }

  private:
    static std::vector<sql::Hop> hops() { return {Step_<Path>::hop()...}; }
    template <auto Step>
    static void add_step(sql::Scope& scope, Layout& layout, const std::vector<sql::Hop>& path, std::size_t length,
                         bool& nullable) {
        using To = typename Step_<Step>::to;
        nullable = nullable || Step_<Step>::nullable;
        scope.add_model(info<To>(), scope.join(std::span(path).first(length)), layout.take(),
                        nullable ? &NullableData<To>::info : nullptr);
    }
};

template <class List, class... More>
struct ConcatAll {
    using type = List;
};
template <class List, class First, class... More>
struct ConcatAll<List, First, More...> {
    using type = typename ConcatAll<typename ConcatModels<List, First>::type, More...>::type;
};

template <class P, class... Ts>
struct AppendParts {
    using type = P;
};
template <class P, class T, class... Ts>
struct AppendParts<P, T, Ts...> {
    using type = typename AppendParts<typename AppendPart<P, T>::type, Ts...>::type;
};

template <class V>
void add_output(sql::Scope& scope, Layout& layout, const sql::Expr* expr) {
    scope.add_value(expr, layout.take(), type_info<remove_optional<V>>, nullable_info<V>());
}

template <class... Es>
struct Annotate : StageBase {
    using outer = typename ConcatAll<Models<>, typename Es::orm_outer...>::type;
    static constexpr std::size_t params = (0 + ... + Es::params);
    template <class Q>
    using parts = typename AppendParts<typename Q::parts, typename Es::orm_value...>::type;
    std::tuple<Es...> values;
    constexpr explicit Annotate(Es... e) : values(std::move(e)...) {}
    template <class Q>
    static consteval bool check() {
        static_assert((CheckModel<typename Q::model, Es>::value && ...));
        static_assert(
            Q::grouped || (!Es::aggregate && ...),
            "orm: an aggregate of the query's own rows needs group_by, or db.aggregate(query, ...); to aggregate "
            "related rows give the relation: orm::count(relation)");
        return true;
    }
    template <class Q>
    void outputs(sql::Scope& scope, Layout& layout) const {
        std::apply(
            [&](const auto&... e) {
                (add_output<typename std::decay_t<decltype(e)>::orm_value>(scope, layout, e.describe(scope)), ...);
            },
            values);
    }
    void bind_outputs(Params& p) const {
        std::apply([&](const auto&... e) { (e.bind(p), ...); }, values);
    }
};

/// values<...> and group_by<...>: fields instead of whole models.
template <bool Group, auto... Members>
struct ValuesStage : StageBase {
    static constexpr bool replaces = true;
    static constexpr bool groups = Group;
    template <class Q>
    using parts = Parts<type_of_member<Members>...>;
    template <class Q>
    using row = void;
    template <class Q>
    void describe(sql::Scope& scope) const {
        if constexpr (Group) (scope.select().group_by.push_back(Column<Members>{}.describe(scope)), ...);
    }
    template <class Q>
    void outputs(sql::Scope& scope, Layout& layout) const {
        (add_output<type_of_member<Members>>(scope, layout, Column<Members>{}.describe(scope)), ...);
    }
};
template <bool Group, class... Es>
struct ValuesOf : StageBase {
    static constexpr bool replaces = true;
    static constexpr bool groups = Group;
    static constexpr std::size_t params = (0 + ... + Es::params) * (Group ? 2 : 1);
    template <class Q>
    using parts = Parts<typename Es::orm_value...>;
    template <class Q>
    using row = void;
    std::tuple<Es...> values;
    constexpr explicit ValuesOf(Es... e) : values(std::move(e)...) {}
    template <class Q>
    static consteval bool check() {
        static_assert(Q::grouped || Group || ((!Es::aggregate) && ...) || (Es::aggregate && ...),
                      "orm: values() mixes aggregates and fields; add group_by");
        return true;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        if constexpr (Group)
            std::apply([&](const auto&... e) { (scope.select().group_by.push_back(e.describe(scope)), ...); }, values);
    }
    template <class Q>
    void outputs(sql::Scope& scope, Layout& layout) const {
        std::apply(
            [&](const auto&... e) {
                (add_output<typename std::decay_t<decltype(e)>::orm_value>(scope, layout, e.describe(scope)), ...);
            },
            values);
    }
    void bind(Params& p) const {
        if constexpr (Group) std::apply([&](const auto&... e) { (e.bind(p), ...); }, values);
    }
    void bind_outputs(Params& p) const {
        std::apply([&](const auto&... e) { (e.bind(p), ...); }, values);
    }
};

template <class T>
struct AsStage : StageBase {
    template <class Q>
    using row = T;
    template <class Q>
    static consteval bool check() {
        return check_parts(typename Q::parts{}, std::make_index_sequence<part_count<typename Q::parts>>{});
    }

  private:
    template <class... Ts, std::size_t... Index>
    static consteval bool check_parts(Parts<Ts...>, std::index_sequence<Index...>) {
        constexpr bool same_count = boost::pfr::tuple_size_v<T> == sizeof...(Ts);
        static_assert(same_count, "orm: as<T>: the struct needs one member for each part of the row, in order");
        if constexpr (same_count)
            static_assert((std::is_same_v<boost::pfr::tuple_element_t<Index, T>, Ts> && ...),
                          "orm: as<T>: a member's type differs from its part of the row");
        return true;
    }
};

template <class Inner>
struct WhenStage : StageBase {
    using outer = typename Inner::outer;
    static constexpr std::size_t params = Inner::params;
    static constexpr bool orders = Inner::orders;
    static_assert(!Inner::replaces && !Inner::locks, "orm: when() takes stages that do not change the row type");
    bool flag;
    Inner inner;
    constexpr WhenStage(bool f, Inner i) : flag(f), inner(std::move(i)) {}
    template <class Q>
    static consteval bool check() {
        static_assert(std::is_same_v<typename Inner::template parts<Q>, typename Q::parts>,
                      "orm: when() takes stages that do not change the row type");
        return Inner::template check<Q>();
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        if (flag) inner.template describe<Q>(scope);
    }
    void bind(Params& p) const {
        p.branch(flag);
        if (flag) inner.bind(p);
    }
};

/// The children of a prefetch: a query over the related model.
template <class Link, Query Q>
struct Children : StageBase {
    using children = Q;
    using link = Link;
    using child_row = typename RowTypeOf<Q>::type;
    template <class Outer>
    using parts = typename AppendPart<typename Outer::parts, std::vector<child_row>>::type;
    Q query;
    constexpr explicit Children(Q q) : query(std::move(q)) {}
    template <class Outer>
    static consteval bool check() {
        static_assert(std::is_same_v<typename Link::owner, typename Outer::model>,
                      "orm: prefetch takes a relation of the query's own model");
        return true;
    }
    template <class Outer>
    void outputs(sql::Scope&, Layout& layout) const {
        layout.take();
    }
};

template <class Link, Query Q>
struct RelatedQuery {
    using link = Link;
    Q query;
};

template <class Relation>
constexpr auto relation_query(const Relation& relation) {
    using M = typename Relation::model;
    if constexpr (requires { relation.condition; })
        return Piped<From<M>, Filter<std::decay_t<decltype(relation.condition)>>>{
            {}, {}, Filter<std::decay_t<decltype(relation.condition)>>(relation.condition)};
    else
        return From<M>{};
}

}  // namespace detail

template <class Q>
using row_of = typename detail::RowTypeOf<Q>::type;

template <Query Q, Stage S>
constexpr auto operator|(Q query, S stage) {
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
/// Only rows for which the condition does not hold (or is unknown).
template <Expression E>
constexpr auto exclude(E condition) {
    return filter(!std::move(condition));
}
template <Expression E>
constexpr auto having(E condition) {
    return detail::Having<E>(std::move(condition));
}
/// order_by<&E::event_date, orm::desc<&E::id>>; by expressions: orm::sort.
template <auto... Keys>
inline constexpr detail::OrderByMembers<Keys...> order_by{};
/// Order by expressions: sort(pending, f<&C::id>.desc()).
template <class... Es>
constexpr auto sort(Es... keys) {
    return detail::OrderByExpressions<Es...>(std::move(keys)...);
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
/// Locks the rows of the query's own model until the transaction ends; only inside db.atomic.
inline constexpr detail::LockStage<sql::Lock::update, sql::LockWait::wait> for_update{};
inline constexpr detail::LockStage<sql::Lock::no_key_update, sql::LockWait::wait> for_no_key_update{};
inline constexpr detail::LockStage<sql::Lock::share, sql::LockWait::wait> for_share{};

/// Loads the related row (JOIN): related<&R::user>, related<&R::event, &E::venue>, related<&R::user, crushprofile>.
template <auto... Path>
inline constexpr detail::Related<Path...> related{};

/// Adds values to the row.
template <class... Es>
constexpr auto annotate(Es... values) {
    return detail::Annotate<Es...>(std::move(values)...);
}
/// Fields instead of models.
template <auto... Members>
inline constexpr detail::ValuesStage<false, Members...> values{};
/// Expressions instead of models: value_of(f<&E::venue, &Venue::city>, orm::count(registrations)).
template <class... Es>
constexpr auto value_of(Es... es) {
    return detail::ValuesOf<false, Es...>(std::move(es)...);
}
/// One row per distinct combination of the fields; add aggregates with annotate.
template <auto... Members>
inline constexpr detail::ValuesStage<true, Members...> group_by{};
template <class... Es>
constexpr auto grouped_by(Es... es) {
    return detail::ValuesOf<true, Es...>(std::move(es)...);
}
/// The row as a named struct whose members are the parts, in order.
template <class T>
inline constexpr detail::AsStage<T> as{};

/// The stage only when `flag`; both texts are kept.
template <Stage S>
constexpr auto when(bool flag, S stage) {
    return detail::WhenStage<S>(flag, std::move(stage));
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

}  // namespace orm
