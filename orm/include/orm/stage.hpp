/// The stages: what each adds to a query's row, to its SQL and to its parameters. Their constructors for users are in
/// query.hpp.
///
/// A stage is a value with: `parts<Q>` (the row after it), `describe` (FROM, WHERE, ORDER …), `outputs` (what it
/// selects), `bind` and `bind_outputs` (its parameters, in the order of describe and outputs), and `check` (static
/// assertions about the query). One that must know the query before it as a value has `describe_after(query, scope)`
/// and `bind_after(query, params)`, which do the query's part, too.
#pragma once

#include "orm/grammar.hpp"

namespace orm::detail {

template <class E>
struct Filter : StageBase {
    using outer = typename E::orm_outer;
    static constexpr std::size_t params = E::params;
    E condition;
    constexpr explicit Filter(E c) : condition(std::move(c)) {}
    template <class Q>
    static consteval bool check() {
        static_assert(
            !Q::limited,
            "orm: SQL filters before it limits: put the filter before limit, offset and distinct_on, or test the "
            "rows that they leave: orm::filter(orm::in(f<&Model::id>, limited | orm::values<&Model::id>))");
        static_assert(!has_window<E>,
                      "orm: a window sees the rows that the filter leaves, so it cannot be in one; filter the rows of "
                      "orm::cte<Rows>(query with the window)");
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
    using conditions = Exprs<E>;
    static constexpr std::size_t params = E::params;
    E condition;
    constexpr explicit Having(E c) : condition(std::move(c)) {}
    template <class Q>
    static consteval bool check() {
        static_assert(Q::grouped, "orm: having needs a group_by before it");
        static_assert(!has_window<E>,
                      "orm: a window sees the groups that having leaves, so it cannot be in one; filter the rows of "
                      "orm::cte<Rows>(query with the window)");
        return CheckModel<typename Q::model, E>::value;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.select().having.push_back(condition.describe(scope));
    }
    void bind(Params& p) const { condition.bind(p); }
};

/// Limited rows are those at the start of an order; another one after it would choose others.
template <class Q>
consteval void check_order() {
    static_assert(
        !Q::limited,
        "orm: SQL orders before it limits: put the order before limit, offset and distinct_on, or order the rows "
        "that they leave: orm::filter(orm::in(f<&Model::id>, limited | orm::values<&Model::id>))");
}

template <class E>
consteval void check_order_key() {
    static_assert(!IsVector<remove_optional<typename E::orm_value>>::value,
                  "orm: arrays have no order that both databases share; order by orm::array_length or by an element");
}

template <auto... Keys>
struct OrderByMembers : StageBase {
    static constexpr bool orders = true, after_sets = true;
    using order_keys = Exprs<Column<order_pointer<Keys>()>...>;
    template <class Q>
    static consteval bool check() {
        check_order<Q>();
        (check_order_key<Column<order_pointer<Keys>()>>(), ...);
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
    static constexpr auto nulls = sql::OrderBy::Nulls::unspecified;
    static const T& get(const T& t) { return t; }
};
template <class E, bool D, sql::OrderBy::Nulls N>
struct UnwrapOrder<Ordered<E, D, N>> {
    using expression = E;
    static constexpr bool descending = D;
    static constexpr auto nulls = N;
    static const E& get(const Ordered<E, D, N>& t) { return t.expression; }
};
template <class T>
sql::OrderBy described_order(const T& key, sql::Scope& scope) {
    using Order = UnwrapOrder<T>;
    return {Order::get(key).describe(scope), Order::descending, Order::nulls};
}

template <class... Es>
struct OrderByExpressions : StageBase {
    static constexpr bool orders = true, after_sets = true;
    using outer = typename ConcatAll<Models<>, typename UnwrapOrder<Es>::expression::orm_outer...>::type;
    static constexpr std::size_t params = (0 + ... + UnwrapOrder<Es>::expression::params);
    using order_keys = Exprs<typename UnwrapOrder<Es>::expression...>;
    Pack<Es...> keys;
    constexpr explicit OrderByExpressions(Pack<Es...> k) : keys(std::move(k)) {}
    template <class Q>
    static consteval bool check() {
        check_order<Q>();
        (check_order_key<typename UnwrapOrder<Es>::expression>(), ...);
        return (CheckModel<typename Q::model, typename UnwrapOrder<Es>::expression>::value && ...);
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        keys.each([&](const auto& key) { scope.select().order.push_back(described_order(key, scope)); });
    }
    void bind(Params& p) const {
        keys.each([&]<class T>(const T& key) { UnwrapOrder<T>::get(key).bind(p); });
    }
};

/// A UsageError: SQLite would give all rows, PostgreSQL an error.
[[noreturn]] void refuse_negative(std::string_view stage, std::int64_t rows);

template <bool IsOffset>
struct LimitStage : StageBase {
    static constexpr bool limits = true, after_sets = true;
    static constexpr std::size_t params = 1;
    std::int64_t rows;
    constexpr explicit LimitStage(std::int64_t n) : rows(n) {
        if (n < 0) refuse_negative(IsOffset ? "offset" : "limit", n);
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        sql::Tree& tree = scope.tree();
        const bool literal = !IsOffset && tree.take_literal(bits) && small() <= most;
        (IsOffset ? scope.select().offset : scope.select().limit) =
            literal ? tree.literal(std::to_string(rows)) : tree.param(type_info<std::int64_t>, &rows);
    }
    void bind(Params& p) const {
        const bool literal = !IsOffset && p.literal(bits, small()) && small() <= most;
        if (!literal) p.add(type_info<std::int64_t>, &rows);
    }

  private:
    /// A page's length stands in the text: PostgreSQL takes an unknown limit for a tenth of all rows, and would plan
    /// anew for each run. More rows than a page has are a parameter.
    static constexpr std::int64_t most = 100;
    static constexpr unsigned bits = 7;
    std::uint64_t small() const { return static_cast<std::uint64_t>(rows < 0 || rows > most ? most + 1 : rows); }
};

struct DistinctStage : StageBase {
    static constexpr bool distincts = true;
    template <class Q>
    static consteval bool check() {
        static_assert(!Q::limited,
                      "orm: SQL drops repeated rows before it limits: put distinct before limit and offset");
        return true;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.select().distinct = true;
    }
};

/// Which rows a lock takes: orm::self, or a relation of the query's own model.
struct Self {};
template <auto... Rows>
struct LockOf {};

template <sql::Lock Mode, sql::LockWait Wait, auto... Rows>
struct LockStage : StageBase {
    static constexpr bool locks = true;
    template <class Q>
    static consteval bool check() {
        return (check_row<Rows, typename Q::model>() && ...);
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.select().lock = Mode;
        scope.select().wait = Wait;
        (scope.select().lock_of.push_back(source<Rows>(scope)), ...);
    }
    /// for_update(orm::nowait), for_update(orm::skip_locked)
    constexpr auto operator()(std::integral_constant<sql::LockWait, sql::LockWait::nowait>) const {
        return LockStage<Mode, sql::LockWait::nowait, Rows...>{};
    }
    constexpr auto operator()(std::integral_constant<sql::LockWait, sql::LockWait::skip_locked>) const {
        return LockStage<Mode, sql::LockWait::skip_locked, Rows...>{};
    }
    /// for_update(orm::of<orm::self, &R::event>), for_update(orm::of<&R::event>)(orm::nowait)
    template <auto... Named>
    constexpr auto operator()(LockOf<Named...>) const {
        return LockStage<Mode, Wait, Named...>{};
    }

  private:
    template <auto Row, class Model>
    static consteval bool check_row() {
        if constexpr (!std::is_same_v<std::decay_t<decltype(Row)>, Self>) {
            static_assert(std::is_same_v<typename Step_<Row>::from, Model>,
                          "orm: of<...> names orm::self or relations of the query's own model");
            static_assert(!Step_<Row>::nullable, "orm: of<...> cannot lock a row that may not be there");
        }
        return true;
    }
    template <auto Row>
    static const sql::Source* source(sql::Scope& scope) {
        if constexpr (std::is_same_v<std::decay_t<decltype(Row)>, Self>) {
            return scope.base();
        } else {
            const sql::Hop hop = Step_<Row>::hop();
            return scope.join(std::span(&hop, 1));
        }
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

template <auto First, auto...>
struct FirstStep : Step_<First> {};

template <auto... Path>
struct Related : StageBase {
    template <class Q>
    using parts = typename RelatedParts<typename Q::parts, false, Path...>::type;
    template <class Q>
    static consteval bool check() {
        using First = FirstStep<Path...>;
        static_assert(std::is_same_v<typename First::from, typename Q::model>,
                      "orm: related<...> starts from the query's own model");
        static_assert(!Q::grouped,
                      "orm: a group has no one related row; group by its fields: orm::grouped_by(f<&Model::relation, "
                      "&Related::field>)");
        return true;
    }

    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.join(hops(), true);
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
        scope.add_model(info<To>(), scope.join(std::span(path).first(length), true), layout.take(),
                        nullable ? &NullableData<To>::info : nullptr);
    }
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
    using yields = Exprs<Es...>;
    template <class Q>
    using parts = typename AppendParts<typename Q::parts, typename Es::orm_value...>::type;
    Pack<Es...> values;
    constexpr explicit Annotate(Pack<Es...> e) : values(std::move(e)) {}
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
        values.each([&]<class E>(const E& e) { add_output<typename E::orm_value>(scope, layout, e.describe(scope)); });
    }
    void bind_outputs(Params& p) const {
        values.each([&](const auto& e) { e.bind(p); });
    }
};

/// values<...> and group_by<...>: fields instead of whole models.
template <bool Group, auto... Members>
struct ValuesStage : StageBase {
    static constexpr bool replaces = true;
    static constexpr bool groups = Group;
    using yields = Exprs<Column<Members>...>;
    template <class Q>
    using parts = Parts<type_of_member<Members>...>;
    template <class Q>
    using row = void;
    template <class Q>
    static consteval bool check() {
        static_assert(
            (std::is_same_v<model_of_member<Members>, typename Q::model> && ...),
            "orm: values<...> and group_by<...> name fields of the query's own model; those of a related one are "
            "orm::value_of(f<&Model::relation, &Related::field>) and orm::grouped_by(...)");
        return true;
    }
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
    static constexpr bool aggregates = (Es::aggregate || ...);
    using outer = typename ConcatAll<Models<>, typename Es::orm_outer...>::type;
    static constexpr std::size_t params = (0 + ... + Es::params);
    using yields = Exprs<Es...>;
    template <class Q>
    using parts = Parts<typename Es::orm_value...>;
    template <class Q>
    using row = void;
    Pack<Es...> values;
    constexpr explicit ValuesOf(Pack<Es...> e) : values(std::move(e)) {}
    template <class Q>
    static consteval bool check() {
        static_assert(Q::grouped || Group || ((!Es::aggregate) && ...) || (Es::aggregate && ...),
                      "orm: values() mixes aggregates and fields; add group_by");
        static_assert(!Group || !(has_window<Es> || ...),
                      "orm: a window sees the groups, so they cannot be made by it; group the rows of "
                      "orm::cte<Rows>(query with the window)");
        static_assert((CheckModel<typename Q::model, Es>::value && ...));
        return true;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        if constexpr (Group) values.each([&](const auto& e) { scope.select().group_by.push_back(e.describe(scope)); });
    }
    template <class Q>
    void outputs(sql::Scope& scope, Layout& layout) const {
        // Bound once, as the group.
        [[maybe_unused]] std::size_t group = scope.select().group_by.size() - (Group ? sizeof...(Es) : 0);
        values.each([&]<class E>(const E& e) {
            if constexpr (Group)
                add_output<typename E::orm_value>(scope, layout, scope.select().group_by[group++]);
            else
                add_output<typename E::orm_value>(scope, layout, e.describe(scope));
        });
    }
    void bind(Params& p) const {
        if constexpr (Group) values.each([&](const auto& e) { e.bind(p); });
    }
    void bind_outputs(Params& p) const {
        if constexpr (!Group) values.each([&](const auto& e) { e.bind(p); });
    }
};

/// The columns of the query's own model, whatever it selected.
struct OwnColumns : StageBase {
    static constexpr bool replaces = true;
    template <class Q>
    using parts = Parts<typename Q::model>;
    template <class Q>
    using row = void;
    template <class Q>
    void outputs(sql::Scope& scope, Layout& layout) const {
        scope.add_model(info<typename Q::model>(), scope.base(), layout.take(), nullptr);
    }
};

template <class T>
struct AsStage : StageBase {
    static constexpr bool after_sets = true;
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
    static constexpr bool orders = Inner::orders, limits = Inner::limits, distincts = Inner::distincts;
    using order_keys = typename Inner::order_keys;
    static constexpr bool after_sets = Inner::after_sets;
    static_assert(!Inner::replaces && !Inner::locks, "orm: when() takes stages that do not change the row type");
    static_assert(!Inner::combines,
                  "orm: when() cannot combine queries; choose between the two queries with if, or put the flag's "
                  "condition into a filter of the query that union_with takes");
    static_assert(!Inner::reverses,
                  "orm: when() cannot turn the rows round; choose between pages.first and pages.before(row) with if");
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
    template <class Q>
    requires requires(const Inner& stage, const Q& query, sql::Scope& scope) { stage.describe_after(query, scope); }
    void describe_after(const Q& query, sql::Scope& scope) const {
        if (flag)
            inner.describe_after(query, scope);
        else
            query.describe(scope);
    }
    template <class Q>
    requires requires(const Inner& stage, const Q& query, Params& p) { stage.bind_after(query, p); }
    void bind_after(const Q& query, Params& p) const {
        p.branch(flag);
        if (flag)
            inner.bind_after(query, p);
        else
            query.bind(p);
    }
};

/// The key by which a prefetched row's children are found: its own, or the one that its foreign key holds (0: none).
struct OwnKey {
    template <class M>
    using owner = M;
    template <class Row>
    static std::int64_t of(const Row& row) {
        if constexpr (requires { row.key(); })
            return row.key().value;
        else
            return row.id.value;
    }
};
template <auto Pointer>
struct KeyOfRelated {
    using member = type_of_member<Pointer>;
    template <class M>
    using owner = typename remove_optional<member>::model;
    static std::int64_t of(const model_of_member<Pointer>& row) {
        if constexpr (is_optional<member>)
            return row.*Pointer ? (row.*Pointer)->id.value : 0;
        else
            return (row.*Pointer).id.value;
    }
};
template <class P>
struct FirstPart;
template <class T, class... Ts>
struct FirstPart<Parts<T, Ts...>> {
    using type = T;
};
template <class Key, class Part, class M>
inline constexpr bool has_key_of = requires(const Part& part) {
    { part.id } -> std::convertible_to<Id<M>>;
}
|| requires(const Part& part) {
    { part.key() } -> std::same_as<Id<M>>;
};
template <auto Pointer, class Part, class M>
inline constexpr bool has_key_of<KeyOfRelated<Pointer>, Part, M> = std::is_same_v<Part, M>;

/// The children of a prefetch: a query over the related model.
template <class Link, Query Q, class Key = OwnKey>
struct Children : StageBase {
    using key = Key;
    static constexpr bool after_sets = true;
    using children = Q;
    using link = Link;
    using child_row = typename RowTypeOf<Q>::type;
    template <class Outer>
    using parts = typename AppendPart<typename Outer::parts, std::vector<child_row>>::type;
    Q query;
    constexpr explicit Children(Q q) : query(std::move(q)) {}
    template <class Outer>
    static consteval bool check() {
        static_assert(std::is_same_v<typename Link::owner, typename Key::template owner<typename Outer::model>>,
                      "orm: prefetch takes a relation of the query's own model; prefetch<&Model::relation>(...) one of "
                      "the model that the foreign key names");
        static_assert(has_key_of<Key, typename FirstPart<typename Outer::parts>::type, typename Outer::model>,
                      "orm: prefetch finds the children by the row's key: select the model, or orm::only<T> with a "
                      "member id (prefetch<&Model::relation>: the model)");
        static_assert(!Q::grouped && !Q::aggregated && !Q::distincts,
                      "orm: prefetch takes the related rows themselves; their aggregates for each parent are "
                      "orm::annotate(orm::count(relation)), and a related row comes once without distinct");
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

}  // namespace orm::detail
