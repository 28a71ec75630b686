/// From a query's type to a statement: text, parameters' order and row plan are worked out at the first run of a type
/// on a database and kept for the process. Internal to the data layer; see database.hpp for how queries are run.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "orm/query.hpp"

namespace orm::detail {

/// The key column of a model, as a value.
template <class M>
struct KeyColumn {
    using orm_root = M;
    using orm_outer = Models<>;
    using orm_value = std::int64_t;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 0;
    const sql::Expr* describe(sql::Scope& scope) const { return scope.key(); }
    void bind(Params&) const {}
};

struct Plan {
    Statement statement;
    RowPlan rows;
};

/// A plan for the length of a call: one of a cache, or one of the call's own.
class PlanRef {
  public:
    PlanRef() = default;
    explicit PlanRef(const Plan& kept) : plan_(&kept) {}
    explicit PlanRef(std::unique_ptr<const Plan> own) : plan_(own.get()), own_(std::move(own)) {}
    const Plan* operator->() const { return plan_; }

  private:
    const Plan* plan_ = nullptr;
    std::unique_ptr<const Plan> own_;
};

/// The texts of one query type: by database and by the shape that optional parts give it.
class PlanCache {
  public:
    const Plan* find(Dialect dialect, Shape shape) const {
        const Entry* entry = first_[static_cast<int>(dialect)].load(std::memory_order_acquire);
        if (entry && entry->shape == shape) [[likely]]
            return &entry->plan;
        return find_slow(dialect, shape);
    }
    /// Keeps the plan; when there are too many already, or the shape says so, it is the caller's own and forgotten
    /// after its run.
    PlanRef add(Dialect dialect, Shape shape, Plan plan);
    /// How many bits of values may stand in a text: none any more when a query type has many texts, so that no caller
    /// can make it have ever more of them.
    unsigned literal_bits() const {
        return texts_.load(std::memory_order_relaxed) < most_texts ? sql::Tree::most_literal_bits : 0;
    }

  private:
    static constexpr std::size_t most_texts = 128;  ///< with literals
    static constexpr std::size_t most_plans = 512;  ///< search forms can ask for ever more of them
    struct Entry {
        Dialect dialect;
        Shape shape;
        Plan plan;
    };
    const Plan* find_slow(Dialect dialect, Shape shape) const;
    std::atomic<const Entry*> first_[2]{};
    std::atomic<std::size_t> texts_{0};
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Entry>> entries_;
};

/// The parameters of a query, pointing into it.
template <class Q, bool Outputs, std::size_t Extra = 0>
class Bound {
  public:
    /// `literal_bits`: what PlanCache::literal_bits says.
    explicit Bound(const Q& query, unsigned literal_bits = 0) {
        params_.next = items_;
        params_.first = items_;
        params_.literal_bits = literal_bits;
        if (literal_bits == 0) params_.literals = 0;
        query.bind(params_);
        if constexpr (Outputs || Q::projects || Q::distincts) query.bind_outputs(params_);
    }
    Bound(const Bound&) = delete;
    Bound& operator=(const Bound&) = delete;
    Params& params() { return params_; }
    Shape shape() const { return {params_.shape, params_.literals, params_.once}; }
    std::span<const Param> span() const { return {items_, static_cast<std::size_t>(params_.next - items_)}; }

  private:
    Param items_[Q::params + Extra + 1];
    Params params_;
};

/// Orders, limits and renders; `scope.rows` goes into the plan. `projects`, `keyed`: see sql::Scope::settle_order.
Plan finish_plan(sql::Scope& scope, Terminal terminal, Dialect dialect, bool projects, bool keyed);
/// A limit inside a prefetch counts per parent.
void limit_per_owner(sql::Select& select, const sql::Expr* owner);
/// UPDATE or, for a condition over joins, UPDATE ... WHERE key IN (SELECT ...). UsageError for a value that is taken
/// from a joined row. `returning`: the select's outputs come back, as far as they are of the changed row.
Plan finish_update(sql::Scope& scope, const std::vector<sql::Assignment>& set, Dialect dialect, bool returning = false);
Plan finish_delete(sql::Scope& scope, Dialect dialect);
/// `$1` placeholders become `?1` for SQLite; the statement is forgotten after its run.
Statement raw_statement(std::string_view text, Dialect dialect);

/// Whether hand-written SQL may write: everything that does not begin with SELECT, VALUES or EXPLAIN.
bool may_write(std::string_view text);

/// Which rows have which key.
class Positions {
  public:
    explicit Positions(const std::vector<std::int64_t>& keys);
    template <class Visitor>
    void each(std::int64_t key, Visitor visit) const {
        auto [begin, end] = range(key);
        for (; begin != end; ++begin) visit(begin->second);
    }

  private:
    using Entry = std::pair<std::int64_t, std::size_t>;
    std::pair<const Entry*, const Entry*> range(std::int64_t key) const;
    std::vector<Entry> sorted_;
};

/// Stages that only order, by expressions with parameters: where no order is asked for, these must not be bound.
template <class S>
inline constexpr bool binds_order = false;
template <class... Es>
inline constexpr bool binds_order<OrderByExpressions<Es...>> = OrderByExpressions<Es...>::params > 0;
template <class S>
inline constexpr bool binds_order<WhenStage<S>> = binds_order<S>;
template <class Q>
inline constexpr bool has_bound_order = false;
template <class Q, class S>
inline constexpr bool has_bound_order<Piped<Q, S>> = !S::combines && (binds_order<S> || has_bound_order<Q>);
/// Whether count, exists, get and aggregate leave the order out; not where it decides which rows there are.
template <class Q>
inline constexpr bool drops_order = has_bound_order<Q> && !Q::limited;
template <class Q>
auto without_order(const Q& query) {
    if constexpr (!has_bound_order<Q>) {
        return query;
    } else if constexpr (binds_order<decltype(query.stage)>) {
        return without_order(query.query);
    } else {
        auto inner = without_order(query.query);
        return Piped<decltype(inner), decltype(query.stage)>{{}, std::move(inner), query.stage};
    }
}

/// All rows of a query as a table of its model, for aggregates over what a limit, distinct, a group or a set operation
/// leaves.
template <Query Q>
struct Rows : QueryTag {
    using model = typename Q::model;
    using parts = Parts<model>;
    using row_type = void;
    using outer = typename Q::outer;
    using sources = Models<model>;
    static constexpr std::size_t params = Q::params;
    static constexpr bool ordered = false, locks = false, grouped = false, projects = false, reversed = false;
    static constexpr bool limited = false, distincts = false, aggregated = false, combined = false;
    Q query;
    void describe(sql::Scope& scope) const {
        sql::Scope inner(scope.tree(), info<model>(), scope.outer());
        query.describe(inner);
        Layout layout;
        layout.offsets.assign(part_count<typename Q::parts>, 0);
        query.outputs(inner, layout);
        inner.settle_order(true, keyed<Q>);
        scope.select().name = inner.select().name;
        scope.select_rows_of(inner.select());
    }
    void bind(Params& p) const {
        query.bind(p);
        query.bind_outputs(p);
    }
    template <class Visitor>
    void prefetches(Visitor&&) const {}
};
template <class Q>
inline constexpr bool needs_table = Q::limited || Q::distincts || Q::grouped || Q::combined;
template <Query Q>
auto as_table(const Q& query) {
    if constexpr (Q::projects || Q::combined) {
        static_assert(Q::projects || part_count<typename Q::parts> == 1,
                      "orm: an aggregate over a combined query takes rows of the model alone or orm::values; leave out "
                      "related, annotate and prefetch");
        return Rows<Q>{{}, query};
    } else {
        auto own = query | OwnColumns{};
        return Rows<decltype(own)>{{}, std::move(own)};
    }
}

template <class Q>
inline constexpr bool has_children = false;
template <class Q, class S>
inline constexpr bool has_children<Piped<Q, S>> = has_children<Q> || requires {
    typename S::children;
};
/// Whether it locks its rows, or those of its children.
template <class Q>
inline constexpr bool locks_rows = Q::locks;
template <class Q, class S>
inline constexpr bool locks_rows<Piped<Q, S>> = S::locks || (!S::combines && locks_rows<Q>);
template <class Q, class Link, class Inner, class Key>
inline constexpr bool locks_rows<Piped<Q, Children<Link, Inner, Key>>> = locks_rows<Q> || locks_rows<Inner>;

/// Only the key, for erase.
template <class M>
auto key_only() {
    return ValuesOf<false, KeyColumn<M>>({});
}

/// The row plan of hand-written SQL: a single value, a tuple of values, or a struct of values.
template <class Row>
RowPlan raw_plan();

/// The address of part `Index` within a row, whose parts lie in the row itself (one part), a tuple, or a named struct.
template <std::size_t Index, class P, class Row>
decltype(auto) part_of(Row& row) {
    if constexpr (std::is_same_v<typename RowOf<P>::type, std::remove_const_t<Row>>) {
        if constexpr (part_count<P> == 1)
            return (row);
        else
            return std::get<Index>(row);
    } else {
        return boost::pfr::get<Index>(row);
    }
}

template <class Row, class... Ts, std::size_t... Index>
Layout make_layout(Parts<Ts...>, std::index_sequence<Index...>) {
    using P = Parts<Ts...>;
    Row row{};
    const auto base = reinterpret_cast<const char*>(&row);
    return {{static_cast<std::uint32_t>(reinterpret_cast<const char*>(&part_of<Index, P>(row)) - base)...}};
}
template <class Row, class P>
Layout layout_of() {
    if constexpr (std::is_same_v<P, Parts<Row>>)
        return {{0}};
    else
        return make_layout<Row>(P{}, std::make_index_sequence<part_count<P>>{});
}

/// A child row with the key of the row that it belongs to.
template <class Row>
struct Owned {
    Row row{};
    std::int64_t owner = 0;
};

/// Where the rows of a statement go.
template <class T>
class Sink {
  public:
    Sink(std::vector<T>& rows, const RowPlan& plan) : into_{&plan, &rows, append, nullptr} {}
    const RowSink& into() const& { return into_; }
    const RowSink& into() const&& = delete;

  private:
    RowSink into_;
    static void* append(void* rows) { return &static_cast<std::vector<T>*>(rows)->emplace_back(); }
};
/// Bits have no address: each is read into a place of its own first.
template <>
class Sink<bool> {
  public:
    Sink(std::vector<bool>& rows, const RowPlan& plan) : into_{&plan, this, next, keep}, rows_(rows) {}
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    const RowSink& into() const& { return into_; }
    const RowSink& into() const&& = delete;

  private:
    RowSink into_;
    static void* next(void* context) { return &static_cast<Sink*>(context)->row_; }
    static bool keep(void* context) {
        auto& self = *static_cast<Sink*>(context);
        self.rows_.push_back(self.row_);
        return true;
    }
    std::vector<bool>& rows_;
    bool row_ = false;
};

/// The rows of a stream, each in the place of the last.
template <class T, class Visit>
struct OneByOne {
    T row;
    const Visit& visit;
    RowSink sink(const RowPlan& plan) {
        return {&plan, this,
                [](void* self) -> void* {
                    auto& row = static_cast<OneByOne*>(self)->row;
                    row = T{};
                    return &row;
                },
                [](void* self) -> bool {
                    return static_cast<OneByOne*>(self)->visit(std::move(static_cast<OneByOne*>(self)->row));
                }};
    }
};
/// The rows of a stream, `size` at a time (at least one); `visit` returns whether it wants more.
template <class T>
struct Batches {
    std::vector<T> rows;
    std::size_t size;
    std::function<bool(std::vector<T>&)> visit;
    bool ended = false;
    RowSink sink(const RowPlan& plan) {
        return {&plan, this, [](void* self) -> void* { return &static_cast<Batches*>(self)->rows.emplace_back(); },
                [](void* self) -> bool {
                    auto& batches = *static_cast<Batches*>(self);
                    return batches.rows.size() < batches.size || batches.flush();
                }};
    }
    /// The rows that did not fill a batch.
    void finish() {
        if (!ended && !rows.empty()) flush();
    }

  private:
    bool flush() {
        ended = !visit(rows);
        rows.clear();
        return !ended;
    }
};

/// The row of first() and get() in its place; a second one only counts.
template <class T>
struct OneRow {
    T* row;
    bool only;
    std::size_t count;
    std::optional<T> second;
    static void* next(void* context) {
        auto& self = *static_cast<OneRow*>(context);
        return self.count++ == 0 ? self.row : &self.second.emplace();
    }
    static bool done(void* context) {
        const auto& self = *static_cast<const OneRow*>(context);
        return !self.only && self.count < 2;
    }
};

template <class List>
inline constexpr bool no_models = false;
template <>
inline constexpr bool no_models<Models<>> = true;

template <class List>
inline constexpr bool no_row_sets = true;
template <class... Ms, class T>
inline constexpr bool no_row_sets<Models<RowsOf<T>, Ms...>> = false;
template <class M, class... Ms>
inline constexpr bool no_row_sets<Models<M, Ms...>> = no_row_sets<Models<Ms...>>;

/// That a query stands on its own.
template <class Outer>
consteval void check_outer() {
    static_assert(no_row_sets<Outer>,
                  "orm: this query reads the rows of a common table expression that it does not name; add "
                  "| orm::with(orm::cte<Rows>(query)) or orm::with(orm::recursive<Rows>(start, step))");
    if constexpr (no_row_sets<Outer>)
        static_assert(
            no_models<Outer>,
            "orm: orm::outer<...> outside a subquery, or orm::joined<...> without orm::join<...> before it: no "
            "query supplies the row");
}

/// The texts of a query type: Use tells what it is used for, a Terminal or a prefetch's link.
template <class Use, Query Q>
PlanCache& texts_of() {
    static PlanCache cache;
    return cache;
}
template <Terminal Kind>
using UseAs = std::integral_constant<Terminal, Kind>;

template <Terminal Kind, Query Q>
PlanRef plan_for(const Q& query, Dialect dialect, Shape shape) {
    check_outer<typename Q::outer>();
    static_assert(check_grammar<Q>());
    PlanCache& cache = texts_of<UseAs<Kind>, Q>();
    if (const Plan* plan = cache.find(dialect, shape)) [[likely]]
        return PlanRef(*plan);
    sql::Tree tree;
    if (shape.literals != 0) tree.allow_literals(sql::Tree::most_literal_bits);
    sql::Scope scope(tree, info<typename Q::model>());
    query.describe(scope);
    constexpr bool rows = Kind == Terminal::all || Kind == Terminal::first || Kind == Terminal::get;
    if constexpr (rows || Q::projects || Q::distincts) {
        Layout layout = layout_of<row_of<Q>, typename Q::parts>();
        query.outputs(scope, layout);
    }
    return cache.add(dialect, shape, finish_plan(scope, Kind, dialect, Q::projects, keyed<Q>));
}

/// Children of many parents: the query with `owner key = ANY(keys)`, or `= key` for a single one, and the owner's key
/// at the end of the row.
template <class Link, Query Q>
PlanRef plan_for_children(const Q& query, const std::vector<std::int64_t>& keys, Dialect dialect, Shape shape) {
    check_outer<typename Q::outer>();
    static_assert(check_grammar<Q>());
    static_assert(!Q::combined && !Q::reversed,
                  "orm: prefetch takes no combined query and no pages.before(row); filter and order the relation");
    PlanCache& cache = texts_of<Link, Q>();
    if (const Plan* plan = cache.find(dialect, shape)) return PlanRef(*plan);
    sql::Tree tree;
    if (shape.literals != 0) tree.allow_literals(sql::Tree::most_literal_bits);
    sql::Scope scope(tree, info<typename Q::model>());
    query.describe(scope);
    using Row = Owned<row_of<Q>>;
    Layout layout = layout_of<row_of<Q>, typename Q::parts>();
    const Row row{};
    const auto base = reinterpret_cast<const char*>(&row);
    for (auto& offset : layout.offsets)
        offset += static_cast<std::uint32_t>(reinterpret_cast<const char*>(&row.row) - base);
    query.outputs(scope, layout);
    const sql::Expr* owner = Link::owner_key(scope);
    limit_per_owner(scope.select(), owner);
    scope.settle_order(Q::projects, keyed<Q>);
    // Owner by owner: what is handed out keeps its order, the index on the owner already has half of it, and SQLite is
    // not tempted to scan the table in the order of its keys.
    if (scope.select().partition.empty()) scope.select().order.insert(scope.select().order.begin(), {owner, false});
    scope.select().where.push_back(
        keys.size() == 1
            ? tree.make(sql::Op::eq, {owner, tree.param(type_info<std::int64_t>, keys.data())})
            : tree.make(sql::Op::in_array, {owner, tree.param(type_info<std::vector<std::int64_t>>, &keys)}));
    scope.add_value(owner, static_cast<std::uint32_t>(reinterpret_cast<const char*>(&row.owner) - base),
                    type_info<std::int64_t>, nullptr);
    return cache.add(dialect, shape, finish_plan(scope, Terminal::all, dialect, Q::projects, keyed<Q>));
}

template <class V>
void add_raw_column(RowPlan& plan, std::uint32_t offset) {
    plan.groups.push_back({offset, 1, -1, nullptr});
    plan.columns.push_back({0, &type_info<remove_optional<V>>, nullable_info<V>(), {}});
}
template <class Row, std::size_t... Index>
void add_raw_tuple(RowPlan& plan, std::index_sequence<Index...>) {
    Row row{};
    const auto base = reinterpret_cast<const char*>(&row);
    (add_raw_column<std::tuple_element_t<Index, Row>>(
         plan, static_cast<std::uint32_t>(reinterpret_cast<const char*>(&std::get<Index>(row)) - base)),
     ...);
}
template <class Row>
RowPlan raw_plan() {
    RowPlan plan;
    if constexpr (requires { std::tuple_size<Row>::value; }) {
        add_raw_tuple<Row>(plan, std::make_index_sequence<std::tuple_size_v<Row>>{});
    } else if constexpr (std::is_aggregate_v<Row> && !is_decimal<Row> && !is_id<Row>) {
        Row row{};
        const auto base = reinterpret_cast<const char*>(&row);
        boost::pfr::for_each_field(row, [&]<class V>(V& member) {
            add_raw_column<V>(plan, static_cast<std::uint32_t>(reinterpret_cast<const char*>(&member) - base));
        });
    } else {
        add_raw_column<Row>(plan, 0);
    }
    return plan;
}

}  // namespace orm::detail
