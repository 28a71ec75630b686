/// What queries are made of: the parts of a row, the start of a query, and a query with one more stage. See query.hpp
/// for how they are used, stage.hpp for the stages.
///
///     using Q = Piped<From<Event>, detail::Filter<...>>;     // the type of orm::select<Event> | orm::filter(...)
///     Q::parts                                                // detail::Parts<Event>
#pragma once

#include <tuple>
#include <vector>

#include "orm/relation.hpp"

namespace orm {

/// What every stage is; in this namespace, so that `|` between two stages is found wherever it is written.
struct StageTag {};

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

/// Whether a row is one of the model's, so that its key can be asked for.
template <class Q>
inline constexpr bool keyed = !Q::grouped && !Q::aggregated && !Q::distincts;

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

struct QueryTag {};

/// A row that orm::join brought, in what a query supplies and what orm::joined needs.
template <class M>
struct JoinedRow {};
/// Stands in a query's needs until orm::with names the common table expression whose rows are a `T`.
template <class T>
struct RowsOf {};
template <class M>
consteval bool is_row_set() {
    if constexpr (requires { M::meta(); })
        return std::remove_cvref_t<decltype(M::meta())>::row_set;
    else
        return false;
}
template <class M>
using needed_rows = std::conditional_t<is_row_set<M>(), Models<RowsOf<M>>, Models<>>;

/// The common table expressions of such a list.
template <class List>
struct RowSets {
    using type = Models<>;
};
template <class T, class... Ms>
struct RowSets<Models<RowsOf<T>, Ms...>> {
    using type = typename ConcatModels<Models<RowsOf<T>>, typename RowSets<Models<Ms...>>::type>::type;
};
template <class M, class... Ms>
struct RowSets<Models<M, Ms...>> : RowSets<Models<Ms...>> {};

template <class List, class Removed>
struct RemoveModels;
template <class List>
struct RemoveModels<List, Models<>> {
    using type = List;
};
template <class List, class First, class... Rest>
struct RemoveModels<List, Models<First, Rest...>> {
    using type = typename RemoveModels<typename RemoveModel<List, First>::type, Models<Rest...>>::type;
};

/// Statement kinds that the same query can be turned into.
enum class Terminal : std::uint8_t { all, first, get, count, exists };

}  // namespace detail

template <class T>
concept Stage = std::derived_from<T, StageTag>;
template <class T>
concept Query = std::derived_from<T, detail::QueryTag>;

/// The start of a query: all rows of a model.
template <class M>
struct From : detail::QueryTag {
    using model = M;
    using parts = detail::Parts<M>;
    using row_type = void;
    using outer = detail::needed_rows<M>;
    using sources = Models<M>;  ///< whose rows expressions can refer to
    static constexpr std::size_t params = 0;
    static constexpr bool ordered = false, locks = false, grouped = false, projects = false, reversed = false;
    static constexpr bool limited = false, distincts = false, aggregated = false, combined = false;
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
    using sources = typename detail::ConcatModels<typename Q::sources, typename S::sources>::type;
    /// What the stage asks of the queries around, but for what this one supplies to those nested in it; one that is
    /// combined with it stands beside it, where only its common table expressions are known.
    using asked = std::conditional_t<
        S::combines, typename detail::RemoveModels<typename S::outer, typename detail::RowSets<sources>::type>::type,
        typename detail::FromAround<typename detail::RemoveModels<typename S::outer, sources>::type>::type>;
    using outer = typename detail::RemoveModels<typename detail::ConcatModels<typename Q::outer, asked>::type,
                                                typename S::provides>::type;
    static constexpr std::size_t params = Q::params + S::params;
    // A combination has none of what belongs to one of the queries that it combines.
    static constexpr bool reversed = !S::combines && Q::reversed != S::reverses;
    static constexpr bool ordered = !S::combines && (Q::ordered || S::orders);
    static constexpr bool limited = !S::combines && (Q::limited || S::limits);
    static constexpr bool distincts = !S::combines && (Q::distincts || S::distincts);
    static constexpr bool locks = !S::combines && (Q::locks || S::locks);
    static constexpr bool grouped = !S::combines && (Q::grouped || S::groups);
    static constexpr bool aggregated = !S::combines && (Q::aggregated || S::aggregates);
    static constexpr bool projects = Q::projects || S::replaces;
    static constexpr bool combined = Q::combined || S::combines;
    Q query;
    S stage;
    void describe(sql::Scope& scope) const {
        if constexpr (grouped || distincts) scope.tree().share_params();
        if constexpr (requires { stage.describe_after(query, scope); }) {
            stage.describe_after(query, scope);
        } else {
            query.describe(scope);
            stage.template describe<Q>(scope);
        }
    }
    void outputs(sql::Scope& scope, detail::Layout& layout) const {
        if constexpr (S::combines) {
            stage.outputs_after(query, scope, layout);
        } else {
            if constexpr (!S::replaces) query.outputs(scope, layout);
            stage.template outputs<Q>(scope, layout);
        }
    }
    void bind(Params& p) const {
        if constexpr (grouped || distincts) p.shares = true;
        if constexpr (requires { stage.bind_after(query, p); }) {
            stage.bind_after(query, p);
        } else {
            query.bind(p);
            stage.bind(p);
        }
    }
    void bind_outputs(Params& p) const {
        if constexpr (!S::replaces && !S::combines) query.bind_outputs(p);
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

/// The values of a row one by one, also where the row is the struct of orm::only.
template <class Q>
struct FlatParts {
    using type = typename Q::parts;
};
template <class Q, class S>
requires(!S::replaces && std::is_same_v<typename Piped<Q, S>::parts, typename Q::parts>) struct FlatParts<Piped<Q, S>>
    : FlatParts<Q> {
};
template <class Q>
using flat_parts = typename FlatParts<Q>::type;

/// Defaults that most stages share.
struct StageBase : StageTag {
    template <class Q>
    using parts = typename Q::parts;
    template <class Q>
    using row = typename Q::row_type;
    using outer = Models<>;
    using sources = Models<>;   ///< models whose rows this stage adds
    using provides = Models<>;  ///< RowsOf<T> of the common table expressions that it names
    static constexpr std::size_t params = 0;
    static constexpr bool orders = false, locks = false, groups = false, replaces = false, reverses = false;
    static constexpr bool limits = false;      ///< the order decides which rows are left
    static constexpr bool distincts = false;   ///< rows are left out because of others
    static constexpr bool aggregates = false;  ///< one row from all rows
    static constexpr bool combines = false;    ///< the query before it becomes a part of a combination
    static constexpr bool after_sets = false;  ///< it can be put on a combination
    using yields = Exprs<>;      ///< the expressions that it adds to the row; of a group those that it is grouped by
    using order_keys = Exprs<>;  ///< the expressions that it orders by
    using conditions = Exprs<>;  ///< of having
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

}  // namespace detail
}  // namespace orm
