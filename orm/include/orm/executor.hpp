/// What a Database and a Transaction can both do with queries and objects; see database.hpp for the two.
///
///     auto events = db.all(orm::select<E> | published | orm::limit(20));
///     tx.update(orm::select<R> | orm::filter(f<&R::id> == r), orm::set<&R::status> = R::Status::cancelled);
///     db.insert(venue);                                   // venue.id is set now
#pragma once

#include <algorithm>
#include <bit>
#include <functional>
#include <source_location>
#include <span>

#include "orm/errors.hpp"
#include "orm/monitor.hpp"
#include "orm/named.hpp"
#include "orm/plan.hpp"
#include "orm/pool.hpp"
#include "orm/prefetch.hpp"
#include "orm/subquery.hpp"
#include "orm/upsert.hpp"

namespace orm {

namespace detail {

template <auto Pointer, class E>
struct Assign {
    static constexpr auto pointer = Pointer;
    E value;
};

template <auto Pointer>
struct Set {
    template <class V>
    constexpr auto operator=(const V& v) const {
        if constexpr (std::is_same_v<V, std::nullopt_t>) {
            using T = typename Column<Pointer>::base_value;
            static_assert(Column<Pointer>::nullable,
                          "orm: this field is never NULL; only a std::optional field takes std::nullopt");
            return Assign<Pointer, Value<std::optional<T>>>{Value<std::optional<T>>(std::nullopt)};
        } else {
            auto given = operand<Column<Pointer>>(v);
            using Given = decltype(given);
            static_assert(
                std::is_void_v<typename Given::orm_root> ||
                    std::is_same_v<typename Given::orm_root, model_of_member<Pointer>>,
                "orm: set<...> takes a value, or one from fields of the same row; a field of another model's row "
                "comes from orm::subquery(...)");
            static_assert(!Given::aggregate && !has_window<Given>,
                          "orm: an UPDATE sees one row at a time; an aggregate comes from orm::count(relation) and its "
                          "kin, or from orm::subquery(...)");
            static_assert(!follows_relation<Given>,
                          "orm: an UPDATE does not see related rows; take the value from "
                          "orm::subquery(orm::select<Related> | orm::filter(f<&Related::id> == "
                          "orm::outer<&Model::relation>) | orm::values<&Related::field>)");
            using Needed = typename RemoveModel<typename Given::orm_outer, model_of_member<Pointer>>::type;
            static_assert(no_models<Needed> || !no_row_sets<Needed>,
                          "orm: set<...>: no query supplies this row; orm::outer names the changed row's model, or one "
                          "of a query around within orm::subquery(...)");
            static_assert(no_row_sets<Needed>,
                          "orm: an UPDATE takes no value from the rows of an orm::cte; read them first, or write the "
                          "subquery without it");
            static_assert(Column<Pointer>::nullable || !is_optional<typename decltype(given)::orm_value>,
                          "orm: this field is never NULL, and the value may be; unwrap it or use orm::coalesce");
            return Assign<Pointer, decltype(given)>{std::move(given)};
        }
    }
};

/// An argument left out. Calls that take any number of values take them one by one, so that the place of the call can
/// stand behind them, which it cannot behind a pack.
struct NotGiven {};
template <class... Ts>
auto given(const Ts&... all) {
    const auto kept = []<class T>(const T& one) {
        if constexpr (std::is_same_v<T, NotGiven>)
            return std::tuple<>();
        else
            return std::tuple<T>(one);
    };
    return std::tuple_cat(kept(all)...);
}
template <class T>
inline constexpr bool is_aggregate = T::aggregate;
template <>
inline constexpr bool is_aggregate<NotGiven> = true;
template <class... Ts>
inline constexpr bool all_aggregates = (is_aggregate<Ts> && ...);
template <class Q>
consteval void check_erased() {
    static_assert(!Q::combined,
                  "orm: a combined query cannot be erased; erase orm::select<Model> | "
                  "orm::filter(orm::in(f<&Model::id>, ids of the combined query))");
    static_assert(!Q::grouped && !Q::aggregated,
                  "orm: groups and aggregates are no rows that could be erased; erase orm::select<Model> | "
                  "orm::filter(orm::in(f<&Model::field>, this query's values))");
    static_assert(check_grammar<Q>());
}
template <class Q>
consteval void check_updated() {
    static_assert(!Q::combined,
                  "orm: a combined query cannot be updated; update orm::select<Model> | "
                  "orm::filter(orm::in(f<&Model::id>, ids of the combined query))");
    static_assert(!Q::grouped && !Q::aggregated,
                  "orm: groups and aggregates are no rows that could be updated; update orm::select<Model> | "
                  "orm::filter(orm::in(f<&Model::field>, this query's values))");
    static_assert(check_grammar<Q>());
}
/// What finds single rows by their numbers.
template <class M>
consteval void check_keyed() {
    static_assert(
        requires(M m) { m.id; },
        "orm: the key of this model is no orm::Id; erase its rows by a query: db.erase(orm::select<Model> | "
        "orm::filter(f<&Model::key> == value))");
}
/// Whether writing one for the other would change nothing: floating-point numbers by their bits, as -0.0 == 0.0 and
/// NaN != NaN.
template <class T>
bool same_value(const T& a, const T& b) {
    if constexpr (std::is_same_v<T, double>)
        return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
    else if constexpr (is_optional<T>)
        return a.has_value() == b.has_value() && (!a || same_value(*a, *b));
    else if constexpr (IsVector<T>::value)
        return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                          [](const auto& x, const auto& y) { return same_value(x, y); });
    else
        return a == b;
}
/// PostgreSQL locks no rows of a DISTINCT: those that it leaves are locked by their keys.
template <Query Q>
auto lockable(const Q& query) {
    using M = typename Q::model;
    if constexpr (Q::distincts) {
        auto keys = query | key_only<M>();
        using Kept = InQuery<false, KeyColumn<M>, decltype(keys)>;
        return select<M> | Filter<Kept>(Kept(KeyColumn<M>{}, std::move(keys)));
    } else {
        return query;
    }
}
/// Asked where the caller's own line is still near in the compiler's message.
template <class M, class T>
inline constexpr bool sets_field_of = std::is_same_v<T, NotGiven>;
template <class M, auto Pointer, class E>
inline constexpr bool sets_field_of<M, Assign<Pointer, E>> = std::is_same_v<model_of_member<Pointer>, M>;
template <class M, class... Ts>
inline constexpr bool set_fields_of = (sets_field_of<M, Ts> && ...);

/// From which side a many-to-many is seen, by the models of the keys; one to the model itself from the first.
template <auto Member, class A>
using other_side = std::conditional_t<std::is_same_v<model_of_member<Member>, A>,
                                      typename type_of_member<Member>::model, model_of_member<Member>>;
template <auto Member, class A, class B>
struct SideOf {
    static constexpr bool forward = std::is_same_v<model_of_member<Member>, A>;
    static_assert(std::is_same_v<other_side<Member, A>, B> &&
                      (forward || std::is_same_v<typename type_of_member<Member>::model, A>),
                  "orm: the keys are not those of this many-to-many's models");
    static const ManyToManyInfo& table() {
        return info<model_of_member<Member>>().get_many_to_many(member_name<Member>);
    }
};

}  // namespace detail

/// orm::set<&R::status> = value or expression, for update().
template <auto Pointer>
inline constexpr detail::Set<Pointer> set{};

class Transaction;

/// One step of a plan: PostgreSQL's node type and relation, or SQLite's detail line.
struct PlanNode {
    std::string title;
    double total_cost = 0;    ///< PostgreSQL's estimate
    double rows = 0;          ///< estimated; actual with analyze
    double milliseconds = 0;  ///< with analyze, PostgreSQL
    std::vector<PlanNode> children;
};
struct Explanation {
    std::string text;  ///< as the database prints it
    std::vector<PlanNode> nodes;
};

enum class Isolation : std::uint8_t {
    standard,
    read_committed,
    repeatable_read,
    serializable
};  // standard: the server's default

struct AtomicOptions {
    Isolation isolation = Isolation::standard;  ///< SQLite is always serializable
    bool read_only = false;
    /// Only with serializable and read_only: waits for a moment from which nothing can make it fail. SQLite: any
    /// moment.
    bool deferrable = false;
    /// Its return means committed: a UsageError inside another transaction.
    bool durable = false;
    /// Inside another transaction: no savepoint of its own, so an exception fails what is around it, too.
    bool joined = false;
    /// How often the callback may be repeated after a serialization failure or deadlock; only for callbacks that are
    /// safe to repeat. 0: never. The outermost transaction's count: a savepoint cannot be repeated on its own.
    int retries = 0;
};

/// What a Database and a Transaction have in common.
class Executor {
  public:
    using Location = std::source_location;
    virtual ~Executor() = default;
    virtual Dialect dialect() const = 0;

    /// All rows, in the query's order or the model's own.
    template <Query Q>
    std::vector<row_of<Q>> all(const Q& query, Location location = Location::current()) {
        check_lock<Q>(location);
        std::vector<row_of<Q>> rows;
        fetch<detail::Terminal::all>(query, rows, location);
        return rows;
    }
    /// The first row, or nothing; deterministic: without an order, by the key.
    template <Query Q>
    std::optional<row_of<Q>> first(const Q& query, Location location = Location::current()) {
        check_lock<Q>(location);
        std::optional<row_of<Q>> row(std::in_place);
        if (fetch_one<detail::Terminal::first>(query, *row, true, location) == 0) row.reset();
        return row;
    }
    /// Exactly one row. Throws DoesNotExist or MultipleObjectsReturned.
    template <Query Q>
    row_of<Q> get(const Q& query, Location location = Location::current()) {
        check_lock<Q>(location);
        row_of<Q> row{};
        std::size_t rows = 0;
        if constexpr (detail::drops_order<Q>)
            rows = fetch_one<detail::Terminal::get>(detail::without_order(query), row, false, location);
        else
            rows = fetch_one<detail::Terminal::get>(query, row, false, location);
        if (rows != 1) throw_not_one(info<typename Q::model>(), rows, location);
        return row;
    }
    template <class M>
    M get(Id<M> id, Location location = Location::current()) {
        M row{};
        if (fetch_one<detail::Terminal::get>(select<M> | by_key(id), row, true, location) == 0)
            throw_not_one(info<M>(), 0, location);
        return row;
    }
    template <class M>
    std::optional<M> find(Id<M> id, Location location = Location::current()) {
        return first(select<M> | by_key(id), location);
    }
    template <Query Q>
    std::int64_t count(const Q& query, Location location = Location::current()) {
        if constexpr (detail::drops_order<Q>)
            return number<detail::Terminal::count>(detail::without_order(query), location);
        else
            return number<detail::Terminal::count>(query, location);
    }
    template <Query Q>
    bool exists(const Q& query, Location location = Location::current()) {
        if constexpr (detail::drops_order<Q>)
            return number<detail::Terminal::exists>(detail::without_order(query), location) != 0;
        else
            return number<detail::Terminal::exists>(query, location) != 0;
    }
    /// Aggregates over all rows of a query, in one row; over those that a limit, distinct or a set operation leaves.
    template <Query Q, class A, class B = detail::NotGiven, class C = detail::NotGiven, class D = detail::NotGiven,
              class E = detail::NotGiven, class F = detail::NotGiven>
    auto aggregate(const Q& query, A a, B b = {}, C c = {}, D d = {}, E e = {}, F f = {},
                   Location location = Location::current()) {
        static_assert(
            detail::all_aggregates<A, B, C, D, E, F>,
            "orm: aggregate yields one row of aggregates: orm::count(), orm::sum(f<&Model::field>); fields of "
            "rows come from all, first or get");
        return std::apply(
            [&](auto... values) {
                if constexpr (detail::needs_table<Q>)
                    return get(detail::as_table(query) | value_of(std::move(values)...), location);
                else
                    return get(query | value_of(std::move(values)...), location);
            },
            detail::given(a, b, c, d, e, f));
    }
    /// More than six: logs and errors do not know where the call stands.
    template <Query Q, class A, class B, class C, class D, class E, class F, class G, class... More>
    auto aggregate(const Q& query, A a, B b, C c, D d, E e, F f, G g, More... more) {
        static_assert(
            detail::all_aggregates<A, B, C, D, E, F, G, More...>,
            "orm: aggregate yields one row of aggregates: orm::count(), orm::sum(f<&Model::field>); fields of "
            "rows come from all, first or get");
        if constexpr (detail::needs_table<Q>)
            return get(detail::as_table(query) | value_of(a, b, c, d, e, f, g, more...), Location());
        else
            return get(query | value_of(a, b, c, d, e, f, g, more...), Location());
    }
    /// Calls `visit(row&&)` for each row in constant memory; a visitor that returns false ends it. With prefetches,
    /// `batch` rows at a time have their children fetched together.
    template <Query Q, class Visitor>
    void stream(const Q& query, Visitor visit, std::size_t batch = 1000, Location location = Location::current());

    /// Sets fields of all rows of the query; returns how many rows changed.
    template <Query Q, class A, class B = detail::NotGiven, class C = detail::NotGiven, class D = detail::NotGiven,
              class E = detail::NotGiven, class F = detail::NotGiven, class G = detail::NotGiven,
              class H = detail::NotGiven>
    std::uint64_t update(const Q& query, A a, B b = {}, C c = {}, D d = {}, E e = {}, F f = {}, G g = {}, H h = {},
                         Location location = Location::current()) {
        static_assert(detail::set_fields_of<typename Q::model, A, B, C, D, E, F, G, H>,
                      "orm: update sets fields of the query's own model");
        detail::check_updated<Q>();
        return std::apply(
            [&](auto... assigns) { return change<false>(query, nullptr, location, std::move(assigns)...); },
            detail::given(a, b, c, d, e, f, g, h));
    }
    /// More than eight: logs and errors do not know where the call stands.
    template <Query Q, class A, class B, class C, class D, class E, class F, class G, class H, class I, class... More>
    std::uint64_t update(const Q& query, A a, B b, C c, D d, E e, F f, G g, H h, I i, More... more) {
        static_assert(detail::set_fields_of<typename Q::model, A, B, C, D, E, F, G, H, I, More...>,
                      "orm: update sets fields of the query's own model");
        detail::check_updated<Q>();
        return change<false>(query, nullptr, Location(), a, b, c, d, e, f, g, h, i, more...);
    }
    /// The same, returning the changed rows as the query yields them: the model, or orm::values of its own fields.
    template <Query Q, class A, class B = detail::NotGiven, class C = detail::NotGiven, class D = detail::NotGiven,
              class E = detail::NotGiven, class F = detail::NotGiven, class G = detail::NotGiven,
              class H = detail::NotGiven>
    std::vector<row_of<Q>> update_returning(const Q& query, A a, B b = {}, C c = {}, D d = {}, E e = {}, F f = {},
                                            G g = {}, H h = {}, Location location = Location::current()) {
        static_assert(detail::set_fields_of<typename Q::model, A, B, C, D, E, F, G, H>,
                      "orm: update_returning sets fields of the query's own model");
        static_assert(!detail::any_window(typename detail::Grammar<Q>::outputs{}),
                      "orm: an UPDATE returns values of each changed row; a window comes from another query");
        static_assert(std::is_same_v<row_of<Q>, typename Q::model> || Q::projects,
                      "orm: update_returning gives the changed rows themselves or orm::values of their fields; no "
                      "related rows, which another query reads");
        detail::check_updated<Q>();
        std::vector<row_of<Q>> rows;
        std::apply([&](auto... assigns) { change<true>(query, &rows, location, std::move(assigns)...); },
                   detail::given(a, b, c, d, e, f, g, h));
        return rows;
    }
    /// Deletes the rows of the query and, by the models' declared rules, what refers to them. Returns the query's own
    /// rows.
    template <Query Q>
    std::uint64_t erase(const Q& query, Location location = Location::current());
    /// The same, returning the rows as they were.
    template <Query Q>
    std::vector<row_of<Q>> erase_returning(const Q& query, Location location = Location::current());
    template <class M>
    requires requires { M::meta(); }
    std::uint64_t erase(const M& object, Location location = Location::current()) {
        detail::check_keyed<M>();
        return erase(select<M> | by_key(object.id), location);
    }

    /// Inserts; a generated key and automatic times are written back into `object`.
    template <class M>
    requires requires { M::meta(); }
    void insert(M& object, Location location = Location::current()) { insert_object(info<M>(), &object, location); }
    template <class M>
    requires requires { M::meta(); }
    M create(M object, Location location = Location::current()) {
        insert_object(info<M>(), &object, location);
        return object;
    }
    /// Many rows by the fastest path (COPY; one prepared statement), atomically; keys are written back.
    template <class M>
    void insert_many(std::vector<M>& objects, Location location = Location::current()) {
        insert_objects(info<M>(), objects.data(), objects.size(), sizeof(M), location);
    }
    /// Writes all fields, or the named ones, of an existing row; inserts when the key is 0. DoesNotExist when there is
    /// no row.
    template <auto... Members, class M>
    void save(M& object, Location location = Location::current()) {
        static_assert((std::is_same_v<model_of_member<Members>, M> && ...),
                      "orm: save<...> names members of the object's model");
        static const std::vector<std::string_view> names{member_name<Members>...};
        save_object(info<M>(), &object, names, location);
    }
    /// Inserts, or updates the row that has the same values in the `Conflict` members; see orm::upsert_on.
    template <auto... Conflict, class M>
    void upsert(M& object, Location location = Location::current()) {
        detail::check_unique<true, M, Conflict...>();
        static const std::vector<std::string_view> names{member_name<Conflict>...};
        upsert_objects(info<M>(), &object, 1, sizeof(M), {names, {}, false, {}, {}}, location);
    }
    /// Inserts, or changes the stored row as `conflict` says (orm/upsert.hpp); false when its condition left that row
    /// as it is, and then `object` has no key either.
    template <class M, class C>
    requires detail::is_conflict<C>
    bool upsert(M& object, const C& conflict, Location location = Location::current());
    /// The same for many rows, in one transaction and in their order; PostgreSQL gets them without waiting for each
    /// answer. Returns how many were inserted or changed.
    template <auto... Conflict, class M>
    std::uint64_t upsert_many(std::vector<M>& objects, Location location = Location::current()) {
        detail::check_unique<true, M, Conflict...>();
        static const std::vector<std::string_view> names{member_name<Conflict>...};
        return upsert_objects(info<M>(), objects.data(), objects.size(), sizeof(M), {names, {}, false, {}, {}},
                              location);
    }
    template <class M, class C>
    requires detail::is_conflict<C> std::uint64_t upsert_many(std::vector<M>& objects, const C& conflict,
                                                              Location location = Location::current());
    /// Inserts unless a row with the same values in the `Conflict` members exists; true when it inserted.
    template <auto... Conflict, class M>
    bool insert_or_ignore(M& object, Location location = Location::current()) {
        detail::check_unique<false, M, Conflict...>();
        static const std::vector<std::string_view> names{member_name<Conflict>...};
        return upsert_objects(info<M>(), &object, 1, sizeof(M), {names, {}, true, {}, {}}, location) == 1;
    }
    /// Returns how many were inserted; only those have a key afterwards.
    template <auto... Conflict, class M>
    std::uint64_t insert_many_or_ignore(std::vector<M>& objects, Location location = Location::current()) {
        detail::check_unique<false, M, Conflict...>();
        static const std::vector<std::string_view> names{member_name<Conflict>...};
        return upsert_objects(info<M>(), objects.data(), objects.size(), sizeof(M), {names, {}, true, {}, {}},
                              location);
    }
    /// Writes only the fields that differ from `loaded`, the object as it was read; false, without a statement, when
    /// none does.
    template <class M>
    bool save_changed(M& object, const M& loaded, Location location = Location::current());
    /// The query's row, or a new one made by `factory`; true when it was created. Safe against a concurrent creator.
    template <Query Q, class Factory>
    std::pair<typename Q::model, bool> get_or_create(const Q& query, Factory factory,
                                                     Location location = Location::current());
    /// The query's row, locked and after `change(row)` saved, or a new one: `factory()`, changed in the same way. True
    /// when it was created.
    template <Query Q, class Change, class Factory>
    std::pair<typename Q::model, bool> update_or_create(const Q& query, Change change, Factory factory,
                                                        Location location = Location::current());

    /// Many-to-many: add and remove pairs; adding a pair that exists changes nothing.
    /// From either side: the member's own model, or the one that it leads to (user.invited_events.add(...)).
    template <auto Member, class A, class B>
    void add_related(Id<A> from, const std::vector<Id<B>>& to, Location location = Location::current()) {
        using Side = detail::SideOf<Member, A, B>;
        change_related(Side::table(), Side::forward, from.value, keys_of(to), true, location);
    }
    template <auto Member, class A, class B>
    void remove_related(Id<A> from, const std::vector<Id<B>>& to, Location location = Location::current()) {
        using Side = detail::SideOf<Member, A, B>;
        change_related(Side::table(), Side::forward, from.value, keys_of(to), false, location);
    }
    /// Exactly these: what is missing is added, what is too much removed, in one transaction.
    template <auto Member, class A, class B>
    void set_related(Id<A> from, const std::vector<Id<B>>& to, Location location = Location::current()) {
        using Side = detail::SideOf<Member, A, B>;
        set_related_keys(Side::table(), Side::forward, from.value, keys_of(to), location);
    }
    template <auto Member, class A>
    void clear_related(Id<A> from, Location location = Location::current()) {
        using Side = detail::SideOf<Member, A, detail::other_side<Member, A>>;
        set_related_keys(Side::table(), Side::forward, from.value, {}, location);
    }
    /// Many pairs at once: of the member's own model, and of the one that it leads to.
    template <auto Member, class A, class B>
    void add_related_pairs(const std::vector<std::pair<Id<A>, Id<B>>>& pairs, Location location = Location::current()) {
        using Side = detail::SideOf<Member, A, B>;
        std::vector<std::int64_t> from, to;
        for (const auto& [a, b] : pairs) {
            from.push_back(a.value);
            to.push_back(b.value);
        }
        if constexpr (Side::forward)
            insert_pairs(Side::table(), from, to, location);
        else
            insert_pairs(Side::table(), to, from, location);
    }

    /// Different values for each row in one statement (SQLite: one prepared statement): the named members of every
    /// object.
    template <auto... Members, class M>
    std::uint64_t update_many(std::vector<M>& objects, Location location = Location::current()) {
        static_assert(sizeof...(Members) > 0 && (std::is_same_v<model_of_member<Members>, M> && ...),
                      "orm: update_many<...> names members of the objects' model");
        static const std::vector<std::string_view> names{member_name<Members>...};
        return update_objects(info<M>(), objects.data(), objects.size(), sizeof(M), names, location);
    }
    /// How the database would run `all`; with `analyze` PostgreSQL runs it and says how long each step took. SQLite has
    /// no such thing: it never runs the query, and its plan is the same with and without.
    template <Query Q>
    Explanation explain(const Q& query, bool analyze = false, Location location = Location::current()) {
        const detail::Bound<Q, true> bound(query, literal_bits<detail::Terminal::all, Q>());
        const detail::PlanRef plan = detail::plan_for<detail::Terminal::all>(query, dialect(), bound.shape());
        return explain_statement(plan->statement.text, bound.span(), analyze, location);
    }
    /// The text that `all` would run.
    template <Query Q>
    std::string sql(const Q& query) {
        const detail::Bound<Q, true> bound(query, literal_bits<detail::Terminal::all, Q>());
        return detail::plan_for<detail::Terminal::all>(query, dialect(), bound.shape())->statement.text;
    }
    /// Rows of hand-written SQL: `db.raw<std::tuple<std::int64_t, std::string>>("SELECT ... WHERE x = $1", 5)`;
    /// placeholders are $1… on both databases.
    template <class Row, class... Args>
    std::vector<Row> raw(RawSql sql, const Args&... args);
    /// Runs hand-written SQL without rows.
    void execute(std::string_view text, Location location = Location::current());

    /// Runs `body` in a transaction (a savepoint inside one): committed when it returns, rolled back when it throws.
    template <class Body>
    auto atomic(Body&& body, Location location = Location::current()) {
        return atomic(AtomicOptions{}, std::forward<Body>(body), location);
    }
    template <class Body>
    auto atomic(AtomicOptions options, Body&& body, Location location = Location::current()) {
        using Result = std::invoke_result_t<Body&, Transaction&>;
        if constexpr (std::is_void_v<Result>) {
            run_atomic(
                options, [&](Transaction& tx) { body(tx); }, location);
        } else {
            std::optional<Result> result;
            run_atomic(
                options, [&](Transaction& tx) { result.emplace(body(tx)); }, location);
            return std::move(*result);
        }
    }

    /// For code that is not a template: one statement.
    std::uint64_t run(const Statement& statement, std::span<const Param> params, const RowSink* sink, bool write,
                      Location location = Location::current()) {
        return do_run(statement, params, sink, write, location);
    }
    /// A connection for the length of a call. With `write`, SQLite's turn to write is held.
    virtual void with_connection(bool write, Location location, const std::function<void(Connection&)>& use) = 0;

  protected:
    virtual void run_atomic(AtomicOptions options, const std::function<void(Transaction&)>& body,
                            Location location) = 0;
    virtual bool in_transaction() const = 0;
    virtual std::uint64_t do_run(const Statement& statement, std::span<const Param> params, const RowSink* sink,
                                 bool write, Location location) = 0;
    virtual std::int64_t do_insert(const Statement& statement, std::span<const Param> params, bool generated,
                                   Location location) = 0;

  private:
    template <class M>
    static auto by_key(Id<M> id) {
        return filter(Column<&M::id>{} == id);
    }
    template <Query Q>
    void check_lock(Location location) const {
        if constexpr (detail::locks_rows<Q>)
            if (!in_transaction()) throw_lock_outside(location);
    }
    [[noreturn]] static void throw_lock_outside(Location location);
    template <detail::Terminal Kind, Query Q>
    static unsigned literal_bits() {
        return detail::texts_of<detail::UseAs<Kind>, Q>().literal_bits();
    }
    template <detail::Terminal Kind, Query Q>
    void fetch(const Q& query, std::vector<row_of<Q>>& rows, Location location);
    /// Into `row`, which its caller returns without moving it. Returns how many rows there were; `only`: there can be
    /// no second one, or nobody asks.
    template <detail::Terminal Kind, Query Q>
    std::size_t fetch_one(const Q& query, row_of<Q>& row, bool only, Location location);
    template <detail::Terminal Kind, Query Q>
    std::int64_t number(const Q& query, Location location);
    /// update, and update_returning into `rows`.
    template <bool Returning, Query Q, class... Assigns>
    std::uint64_t change(const Q& query, std::vector<row_of<Q>>* rows, Location location, Assigns... assigns);
    void stream_on(Connection& connection, const Statement& statement, std::span<const Param> params,
                   const RowSink& sink, std::size_t batch, Location location);
    /// On any connection, or on the one that the parents are being streamed from.
    void fetch_children(detail::ChildFetches level, Location location, Connection* connection = nullptr);
    void run_level(const detail::ChildFetches& level, Location location, Connection* connection);
    template <class B>
    static std::vector<std::int64_t> keys_of(const std::vector<Id<B>>& ids) {
        std::vector<std::int64_t> keys;
        for (Id<B> id : ids) keys.push_back(id.value);
        return keys;
    }
    [[noreturn]] static void throw_not_one(const ModelInfo& model, std::size_t rows, Location location);
    /// A plain value must fit its field before anything is sent.
    template <class E>
    void check_assigned(const ModelInfo&, std::string_view, const E&) {}
    template <class T>
    void check_assigned(const ModelInfo& model, std::string_view member, const Value<T>& value) {
        Param item[1];
        Params params{item};
        value.bind(params);
        check_value(model, member, item[0]);
    }
    void check_value(const ModelInfo& model, std::string_view member, const Param& value);
    void insert_object(const ModelInfo& model, void* object, Location location);
    void insert_objects(const ModelInfo& model, void* first, std::size_t count, std::size_t stride, Location location);
    void save_object(const ModelInfo& model, void* object, const std::vector<std::string_view>& members,
                     Location location);
    struct Conflict {
        std::vector<std::string_view> keys;
        std::vector<std::string_view> update;  ///< empty: all
        bool ignore = false;
        std::function<const sql::Expr*(sql::Scope&)> condition;
        std::span<const Param> params;  ///< of the condition
    };
    static const Statement& upsert_statement(const ModelInfo& model, Dialect dialect, const Conflict& conflict,
                                             bool with_key);
    std::uint64_t upsert_objects(const ModelInfo& model, void* first, std::size_t count, std::size_t stride,
                                 const Conflict& conflict, Location location);
    template <class M, class C>
    std::uint64_t upsert_rows(M* first, std::size_t count, const C& conflict, Location location);
    void set_related_keys(const ManyToManyInfo& table, bool forward, std::int64_t from,
                          const std::vector<std::int64_t>& to, Location location);
    void change_related(const ManyToManyInfo& table, bool forward, std::int64_t from,
                        const std::vector<std::int64_t>& to, bool add, Location location);
    void insert_pairs(const ManyToManyInfo& table, const std::vector<std::int64_t>& from,
                      const std::vector<std::int64_t>& to, Location location);
    std::uint64_t update_objects(const ModelInfo& model, void* first, std::size_t count, std::size_t stride,
                                 const std::vector<std::string_view>& members, Location location);
    Explanation explain_statement(const std::string& text, std::span<const Param> params, bool analyze,
                                  Location location);
    /// Whether a registered model, or a join table, holds keys of this one.
    static bool is_referred_to(const ModelInfo& model);
    template <Query Q>
    std::uint64_t erase_alone(const Q& query, Location location);
    std::uint64_t erase_rows(const ModelInfo& model, std::vector<std::int64_t> keys, Location location);
};

template <detail::Terminal Kind, Query Q>
void Executor::fetch(const Q& query, std::vector<row_of<Q>>& rows, Location location) {
    const detail::Bound<Q, true> bound(query, literal_bits<Kind, Q>());
    const detail::PlanRef plan = detail::plan_for<Kind>(query, dialect(), bound.shape());
    const detail::Sink<row_of<Q>> sink(rows, plan->rows);
    do_run(plan->statement, bound.span(), &sink.into(), false, location);
    if constexpr (Q::reversed) std::reverse(rows.begin(), rows.end());
    if constexpr (detail::has_children<Q>)
        if (!rows.empty()) fetch_children(detail::children_of(query, rows, dialect()), location);
}

template <detail::Terminal Kind, Query Q>
std::size_t Executor::fetch_one(const Q& query, row_of<Q>& row, bool only, Location location) {
    if constexpr (Q::reversed || detail::has_children<Q>) {
        std::vector<row_of<Q>> rows;
        fetch<Kind>(query, rows, location);
        if (!rows.empty()) row = std::move(rows.front());
        return rows.size();
    } else {
        const detail::Bound<Q, true> bound(query, literal_bits<Kind, Q>());
        const detail::PlanRef plan = detail::plan_for<Kind>(query, dialect(), bound.shape());
        detail::OneRow<row_of<Q>> one{&row, only, 0, {}};
        const RowSink sink{&plan->rows, &one, detail::OneRow<row_of<Q>>::next, detail::OneRow<row_of<Q>>::done};
        do_run(plan->statement, bound.span(), &sink, false, location);
        return one.count;
    }
}

template <detail::Terminal Kind, Query Q>
std::int64_t Executor::number(const Q& query, Location location) {
    const detail::Bound<Q, false> bound(query, literal_bits<Kind, Q>());
    const detail::PlanRef plan = detail::plan_for<Kind>(query, dialect(), bound.shape());
    std::vector<std::int64_t> rows;
    const detail::Sink<std::int64_t> sink(rows, plan->rows);
    do_run(plan->statement, bound.span(), &sink.into(), false, location);
    return rows.empty() ? 0 : rows.front();
}

template <Query Q, class Visitor>
void Executor::stream(const Q& query, Visitor visit, std::size_t batch, Location location) {
    static_assert(
        !Q::reversed,
        "orm: stream() cannot turn the rows of pages.before(row) round; use all(), or order_by the other way");
    check_lock<Q>(location);
    using Row = row_of<Q>;
    const detail::Bound<Q, true> bound(query, literal_bits<detail::Terminal::all, Q>());
    const detail::PlanRef plan = detail::plan_for<detail::Terminal::all>(query, dialect(), bound.shape());
    const auto wants_more = [&visit](Row&& row) -> bool {
        if constexpr (std::is_void_v<std::invoke_result_t<Visitor&, Row&&>>) {
            visit(std::move(row));
            return true;
        } else {
            return visit(std::move(row));
        }
    };
    with_connection(false, location, [&](Connection& connection) {
        if constexpr (detail::has_children<Q>) {
            // Rows wait for their children, a batch together.
            detail::Batches<Row> rows{
                {}, batch, [&](std::vector<Row>& full) {
                    fetch_children(detail::children_of(query, full, dialect()), location, &connection);
                    return std::all_of(full.begin(), full.end(), [&](Row& row) { return wants_more(std::move(row)); });
                }};
            stream_on(connection, plan->statement, bound.span(), rows.sink(plan->rows), batch, location);
            rows.finish();
        } else {
            detail::OneByOne<Row, decltype(wants_more)> rows{{}, wants_more};
            stream_on(connection, plan->statement, bound.span(), rows.sink(plan->rows), batch, location);
        }
    });
}

template <bool Returning, Query Q, class... Assigns>
std::uint64_t Executor::change(const Q& query, std::vector<row_of<Q>>* rows, Location location, Assigns... assigns) {
    if constexpr (detail::drops_order<Q>) {
        return change<Returning>(detail::without_order(query), rows, location, std::move(assigns)...);
    } else {
        detail::check_outer<typename Q::outer>();
        constexpr std::size_t extra = (0 + ... + decltype(assigns.value)::params);
        detail::Bound<Q, Returning, extra> bound(query);
        (assigns.value.bind(bound.params()), ...);
        (check_assigned(info<typename Q::model>(), member_name<Assigns::pointer>, assigns.value), ...);
        static detail::PlanCache cache;
        detail::PlanRef plan;
        if (const detail::Plan* known = cache.find(dialect(), bound.shape())) {
            plan = detail::PlanRef(*known);
        } else {
            sql::Tree tree;
            sql::Scope scope(tree, info<typename Q::model>());
            query.describe(scope);
            if constexpr (Returning || Q::projects || Q::distincts) {
                detail::Layout layout = detail::layout_of<row_of<Q>, typename Q::parts>();
                query.outputs(scope, layout);
            }
            std::vector<sql::Assignment> set;
            (set.push_back({detail::column_name<Assigns::pointer>(), assigns.value.describe(scope)}), ...);
            plan = cache.add(dialect(), bound.shape(), detail::finish_update(scope, set, dialect(), Returning));
        }
        if constexpr (Returning) {
            const detail::Sink<row_of<Q>> sink(*rows, plan->rows);
            return do_run(plan->statement, bound.span(), &sink.into(), true, location);
        } else {
            return do_run(plan->statement, bound.span(), nullptr, true, location);
        }
    }
}

template <Query Q>
std::vector<row_of<Q>> Executor::erase_returning(const Q& query, Location location) {
    using M = typename Q::model;
    static_assert(std::is_same_v<row_of<Q>, M>, "orm: erase_returning takes a query that yields the model alone");
    detail::check_erased<Q>();
    detail::check_keyed<M>();
    return atomic(
        [&](auto& tx) {
            std::vector<M> rows;
            if constexpr (Q::locks)
                rows = tx.all(query, location);
            else
                rows = tx.all(detail::lockable(query) | for_update, location);
            std::vector<std::int64_t> keys;
            for (const M& row : rows) keys.push_back(row.id.value);
            static_cast<Executor&>(tx).erase_rows(info<M>(), std::move(keys), location);
            return rows;
        },
        location);
}

template <class M, class C>
std::uint64_t Executor::upsert_rows(M* first, std::size_t count, const C& conflict, Location location) {
    detail::check_conflict<M, C>();
    Conflict given{C::keys::get(), C::updated::get(), false, {}, {}};
    if constexpr (C::conditional) {
        Param items[decltype(conflict.condition)::params + 1];
        Params params{items};
        conflict.condition.bind(params);
        given.params = {items, static_cast<std::size_t>(params.next - items)};
        given.condition = [&](sql::Scope& scope) { return conflict.condition.describe(scope); };
        return upsert_objects(info<M>(), first, count, sizeof(M), given, location);
    } else {
        return upsert_objects(info<M>(), first, count, sizeof(M), given, location);
    }
}

template <class M, class C>
requires detail::is_conflict<C>
bool Executor::upsert(M& object, const C& conflict, Location location) {
    return upsert_rows(&object, 1, conflict, location) == 1;
}

template <class M, class C>
requires detail::is_conflict<C> std::uint64_t Executor::upsert_many(std::vector<M>& objects, const C& conflict,
                                                                    Location location) {
    return upsert_rows(objects.data(), objects.size(), conflict, location);
}

template <class M>
bool Executor::save_changed(M& object, const M& loaded, Location location) {
    std::vector<std::string_view> changed;
    const auto compare = [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        const auto note = [&]<std::size_t I>() {
            if (!detail::same_value(boost::pfr::get<I>(object), boost::pfr::get<I>(loaded)))
                changed.push_back(member_names<M>[I]);
        };
        (note.template operator()<Index>(), ...);
    };
    compare(std::make_index_sequence<boost::pfr::tuple_size_v<M>>{});
    if (changed.empty()) return false;
    for (const std::string_view name : changed)
        if (name == info<M>().key().name)
            throw UsageError("save_changed: the two " + info<M>().class_name + " objects have different keys");
    save_object(info<M>(), &object, changed, location);
    return true;
}

template <Query Q, class Change, class Factory>
std::pair<typename Q::model, bool> Executor::update_or_create(const Q& query, Change change, Factory factory,
                                                              Location location) {
    using M = typename Q::model;
    static_assert(std::is_same_v<row_of<Q>, M>, "orm: update_or_create takes a query that yields the model alone");
    return atomic(
        [&](auto& tx) -> std::pair<M, bool> {
            const auto changed = [&]() -> std::optional<M> {
                auto found = tx.first(query | for_update, location);
                if (!found) return std::nullopt;
                change(*found);
                tx.save(*found, location);
                return found;
            };
            if (auto found = changed()) return {std::move(*found), false};
            try {
                M made = factory();
                change(made);
                tx.atomic([&](auto& inner) { inner.insert(made, location); }, location);
                return {std::move(made), true};
            } catch (const UniqueViolation&) {
                if (auto found = changed()) return {std::move(*found), false};
                throw;
            }
        },
        location);
}

template <Query Q>
std::uint64_t Executor::erase(const Q& query, Location location) {
    using M = typename Q::model;
    detail::check_erased<Q>();
    if constexpr (requires { &M::id; }) {
        // Locked rows are what their lock leaves (skip_locked). Others that nothing refers to are one statement.
        if constexpr (!Q::locks && !Q::distincts)
            if (!is_referred_to(info<M>())) return erase_alone(query, location);
        // One transaction, with the rows locked: what no longer matches when its lock is granted stays.
        return atomic(
            [&](auto& tx) {
                std::vector<std::int64_t> keys;
                if constexpr (Q::locks || (Q::projects && !Q::distincts))
                    keys = tx.all(query | detail::key_only<M>(), location);
                else
                    keys = tx.all(detail::lockable(query) | for_update | detail::key_only<M>(), location);
                return static_cast<Executor&>(tx).erase_rows(info<M>(), std::move(keys), location);
            },
            location);
    } else {
        return erase_alone(query, location);
    }
}

template <Query Q>
std::uint64_t Executor::erase_alone(const Q& query, Location location) {
    using M = typename Q::model;
    if constexpr (detail::drops_order<Q>) {
        return erase_alone(detail::without_order(query), location);
    } else {
        static_assert(detail::no_models<typename Q::outer>, "orm: orm::outer<...> outside a subquery");
        const detail::Bound<Q, false> bound(query);
        static detail::PlanCache cache;
        detail::PlanRef plan;
        if (const detail::Plan* known = cache.find(dialect(), bound.shape())) {
            plan = detail::PlanRef(*known);
        } else {
            sql::Tree tree;
            sql::Scope scope(tree, info<M>());
            query.describe(scope);
            if constexpr (Q::projects || Q::distincts) {
                detail::Layout layout = detail::layout_of<row_of<Q>, typename Q::parts>();
                query.outputs(scope, layout);
            }
            plan = cache.add(dialect(), bound.shape(), detail::finish_delete(scope, dialect()));
        }
        return do_run(plan->statement, bound.span(), nullptr, true, location);
    }
}

template <Query Q, class Factory>
std::pair<typename Q::model, bool> Executor::get_or_create(const Q& query, Factory factory, Location location) {
    using M = typename Q::model;
    static_assert(std::is_same_v<row_of<Q>, M>, "orm: get_or_create takes a query that yields the model alone");
    if (auto found = first(query, location)) return {std::move(*found), false};
    return atomic(
        [&](auto& tx) -> std::pair<M, bool> {
            try {
                M made = factory();
                tx.atomic([&](auto& inner) { inner.insert(made, location); }, location);
                return {std::move(made), true};
            } catch (const UniqueViolation&) {
                if (auto found = tx.first(query, location)) return {std::move(*found), false};
                throw;
            }
        },
        location);
}

template <class Row, class... Args>
std::vector<Row> Executor::raw(RawSql sql, const Args&... args) {
    std::vector<Row> rows;
    const RowPlan plan = detail::raw_plan<Row>();
    const detail::Sink<Row> sink(rows, plan);
    const auto values = std::tuple{value(args)...};
    std::apply(
        [&](const auto&... v) {
            Param items[sizeof...(Args) + 1];
            [[maybe_unused]] Params params{items};
            (v.bind(params), ...);
            Statement statement = detail::raw_statement(sql.text, dialect());
            statement.name = sql.name;
            do_run(statement, {items, sizeof...(Args)}, &sink.into(), detail::may_write(sql.text), sql.location);
        },
        values);
    return rows;
}

}  // namespace orm
