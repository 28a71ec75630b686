/// Common table expressions, typed: a struct names the columns, a query (or two, for a recursion) gives the rows.
///
///     struct Chain {
///         orm::Id<Topic> topic;
///         std::int64_t depth = 0;
///         static consteval auto meta() { return orm::rows<"chain">(); }
///     };
///     auto start = orm::select<Topic> | orm::filter(f<&Topic::id> == top)
///                | orm::value_of(f<&Topic::id>, orm::value(0));
///     auto step = orm::select<Topic> | orm::join<&Topic::parent, &Chain::topic>
///               | orm::value_of(f<&Topic::id>, orm::joined<&Chain::depth> + 1);
///     db.all(orm::select<Chain> | orm::with(orm::recursive<Chain>(start, step)));
///
/// The rows can be selected from, joined, and used in orm::in and orm::exists. A query that reads them without naming
/// them by orm::with does not compile. orm::join joins tables of models as well, by any two fields of one type.
#pragma once

#include "orm/functions.hpp"
#include "orm/plan.hpp"
#include "orm/subquery.hpp"

namespace orm {

namespace detail {

/// Whether a query's output may fill a member of a row struct.
template <class Member, class Part>
consteval bool fits() {
    using M = typename ColumnValue<remove_optional<Member>>::type;
    using P = typename ColumnValue<remove_optional<Part>>::type;
    return comparable<M, P> && (is_optional<Member> || !is_optional<Part>);
}
template <class T, class... Ts, std::size_t... Index>
consteval bool check_rows(Parts<Ts...>, std::index_sequence<Index...>) {
    static_assert(is_row_set<T>(),
                  "orm: a common table expression's struct needs `static consteval auto meta() { return "
                  "orm::rows<\"name\">(); }`");
    constexpr bool same_count = boost::pfr::tuple_size_v<T> == sizeof...(Ts);
    static_assert(same_count, "orm: the query of a common table expression yields one value for each member, in order");
    if constexpr (same_count)
        static_assert(
            (fits<boost::pfr::tuple_element_t<Index, T>, Ts>() && ...),
            "orm: a value of the common table expression's query does not fit its member; give the member the "
            "value's type (std::optional where it may be NULL), or cast the value");
    return true;
}

/// The columns take the members' types, so that both halves of a recursion agree (PostgreSQL insists).
void cast_to_members(sql::Scope& scope, const ModelInfo& rows, sql::Select& select);

template <class T, Query Start, class Step, bool Distinct = false>
struct CommonTable {
    static constexpr bool recursive = !std::is_same_v<Step, NoExpression>;
    static constexpr std::size_t params = Start::params + Step::params;
    Start start;
    Step step;
    void describe(sql::Scope& scope) const {
        sql::With with{&info<T>(), half(start, scope), nullptr, Distinct};
        if constexpr (recursive) with.step = half(step, scope);
        scope.select().with.push_back(with);
    }
    void bind(Params& p) const {
        start.bind(p);
        start.bind_outputs(p);
        step.bind(p);
        if constexpr (recursive) step.bind_outputs(p);
    }

  private:
    template <Query Q>
    static sql::Select* half(const Q& query, sql::Scope& scope) {
        sql::Select* select = describe_nested(query, scope, true);
        if (recursive) cast_to_members(scope, info<T>(), *select);
        return select;
    }
};

template <class T, class Table>
struct WithStage : StageBase {
    using provides = Models<RowsOf<T>>;
    using sources = Models<RowsOf<T>>;
    static constexpr std::size_t params = Table::params;
    static constexpr bool after_sets = true;
    Table table;
    constexpr explicit WithStage(Table t) : table(std::move(t)) {}
    template <class Q>
    void describe(sql::Scope& scope) const {
        table.describe(scope);
    }
    void bind(Params& p) const { table.bind(p); }
};

template <class T, class Start, class Step, bool Distinct = false>
struct NamedTable {
    CommonTable<T, Start, Step, Distinct> table;
    /// A recursion that drops rows that it has already: it ends on data with circles.
    constexpr auto without_repeats() const {
        static_assert(CommonTable<T, Start, Step>::recursive,
                      "orm: without_repeats() is for orm::recursive; put orm::distinct into the query");
        return NamedTable<T, Start, Step, true>{{table.start, table.step}};
    }
};

template <bool Left, auto Own, auto Theirs>
struct JoinStage : StageBase {
    using joined = model_of_member<Theirs>;
    using sources = Models<JoinedRow<joined>>;
    using outer = needed_rows<joined>;
    template <class Q>
    using parts = typename AppendPart<typename Q::parts, std::conditional_t<Left, std::optional<joined>, joined>>::type;
    template <class Q>
    static consteval bool check() {
        static_assert(std::is_same_v<model_of_member<Own>, typename Q::model>,
                      "orm: join<own, theirs> begins with a field of the query's own model");
        static_assert(comparable<typename Column<Own>::base_value, typename Column<Theirs>::base_value>,
                      "orm: join<own, theirs> compares two fields of the same type");
        static_assert(!std::is_same_v<remove_optional<typename Column<Own>::base_value>, Json>,
                      "orm: documents are not joined by; join by a value of theirs in a column of its own");
        static_assert(!Q::grouped,
                      "orm: a group has no one joined row; join before grouping the rows of an orm::cte, or group an "
                      "orm::cte and join its rows");
        return true;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.join_model(info<joined>(), column_name<Own>(), column_name<Theirs>(), Left);
    }
    template <class Q>
    void outputs(sql::Scope& scope, Layout& layout) const {
        const sql::Source* source = scope.joined_column(&info<joined>, {}, type_info<std::int64_t>)->source;
        scope.add_model(info<joined>(), source, layout.take(), Left ? &NullableData<joined>::info : nullptr);
    }
};

/// Whether a query joins the rows of `T` on its left.
template <class T, class Q>
inline constexpr bool left_joins = false;
template <class T, class Q, class S>
inline constexpr bool left_joins<T, Piped<Q, S>> = left_joins<T, Q>;
template <class T, class Q, auto Own, auto Theirs>
inline constexpr bool left_joins<T, Piped<Q, JoinStage<true, Own, Theirs>>> =
    left_joins<T, Q> || std::is_same_v<model_of_member<Theirs>, T>;

template <bool Nullable, auto Member>
struct JoinedColumn : Fluent<JoinedColumn<Nullable, Member>> {
    using column = Column<Member>;
    using orm_root = void;
    using orm_outer = Models<JoinedRow<model_of_member<Member>>>;
    using orm_value =
        std::conditional_t<Nullable, std::optional<typename column::base_value>, typename column::orm_value>;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 0;
    const sql::Expr* describe(sql::Scope& scope) const {
        static const std::string name = column_name<Member>();
        return scope.joined_column(&info<model_of_member<Member>>, name,
                                   type_info<remove_optional<type_of_member<Member>>>);
    }
    void bind(Params&) const {}
};

}  // namespace detail

/// The rows of `query`, under the struct's name.
template <class T, Query Q>
constexpr auto cte(Q query) {
    static_assert(
        detail::check_rows<T>(detail::flat_parts<Q>{}, std::make_index_sequence<boost::pfr::tuple_size_v<T>>{}));
    detail::check_outer<typename Q::outer>();
    return detail::NamedTable<T, Q, detail::NoExpression>{{std::move(query), {}}};
}
/// The rows of `start`, and of `step` over the rows found last, until there are no more.
template <class T, Query Start, Query Step>
constexpr auto recursive(Start start, Step step) {
    static_assert(
        detail::check_rows<T>(detail::flat_parts<Start>{}, std::make_index_sequence<boost::pfr::tuple_size_v<T>>{}));
    static_assert(
        detail::check_rows<T>(detail::flat_parts<Step>{}, std::make_index_sequence<boost::pfr::tuple_size_v<T>>{}));
    static_assert(!Start::ordered && !Step::ordered,
                  "orm: the halves of a recursion have no order; order the query that reads its rows");
    static_assert(!Step::limited && !Step::grouped && !Step::aggregated && !Step::distincts && !Step::combined,
                  "orm: the step of a recursion is one query of rows: no limit, groups, aggregates, distinct or "
                  "union_with; without_repeats() drops repeated rows, and the query that reads the rows does the rest");
    static_assert(!detail::left_joins<T, Step>,
                  "orm: the step of a recursion joins the rows found last with orm::join; left_join would go on for "
                  "ever");
    detail::check_outer<typename Start::outer>();
    detail::check_outer<typename detail::RemoveModel<typename Step::outer, detail::RowsOf<T>>::type>();
    return detail::NamedTable<T, Start, Step>{{std::move(start), std::move(step)}};
}
/// Names a common table expression for the query and what is nested in it.
template <class T, class Start, class Step, bool Distinct>
constexpr auto with(detail::NamedTable<T, Start, Step, Distinct> named) {
    return detail::WithStage<T, detail::CommonTable<T, Start, Step, Distinct>>(std::move(named.table));
}

/// Joins the rows whose field equals the own one; their struct becomes a part of the row, their fields are
/// orm::joined<&Other::field>. left_join keeps rows that have no partner: std::nullopt.
template <auto Own, auto Theirs>
inline constexpr detail::JoinStage<false, Own, Theirs> join{};
template <auto Own, auto Theirs>
inline constexpr detail::JoinStage<true, Own, Theirs> left_join{};
/// A field of a joined row; after left_join it is orm::maybe_joined, which may be NULL.
template <auto Member>
inline constexpr detail::JoinedColumn<false, Member> joined{};
template <auto Member>
inline constexpr detail::JoinedColumn<true, Member> maybe_joined{};

}  // namespace orm
