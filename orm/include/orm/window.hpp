/// Window functions: a value for each row from the rows around it.
///
///     auto place = orm::over(orm::rank(), orm::partition_by(f<&R::event>), f<&R::created_at>.asc());
///     auto before = orm::over(orm::lag(f<&R::created_at>), orm::partition_by(f<&R::event>), f<&R::id>.asc());
///     auto week = orm::over(orm::sum(f<&B::price>), orm::partition_by(), f<&B::day>.asc())
///                     .rows(orm::preceding<6>, orm::current_row);
///
/// Without rows(), range() or groups() an ordered window reaches from its first row to the current one and those that
/// are equal to it in the order; one without order is the whole partition.
#pragma once

#include "orm/functions.hpp"
#include "orm/lists.hpp"

namespace orm {

namespace detail {

template <class... Es>
struct Partition {
    Pack<Es...> keys;
};

/// One end of a frame: so many rows before (negative) or after the current one, or all there are.
enum class Reach : std::uint8_t { all_before, before, current, after, all_after };
template <Reach Kind, std::int32_t Rows = 0>
struct FrameBound {
    static_assert(Rows >= 0, "orm: preceding<n> and following<n> count rows");
    static constexpr Reach kind = Kind;
    static constexpr std::int64_t place = Kind == Reach::before ? -std::int64_t{Rows} : Rows;
    static std::string text() {
        switch (Kind) {
            case Reach::all_before:
                return "UNBOUNDED PRECEDING";
            case Reach::before:
                return std::to_string(Rows) + " PRECEDING";
            case Reach::current:
                return "CURRENT ROW";
            case Reach::after:
                return std::to_string(Rows) + " FOLLOWING";
            case Reach::all_after:
                break;
        }
        return "UNBOUNDED FOLLOWING";
    }
};
template <class T>
inline constexpr bool is_bound = false;
template <Reach Kind, std::int32_t Rows>
inline constexpr bool is_bound<FrameBound<Kind, Rows>> = true;

struct WholeFrame {
    static std::string text() { return {}; }
};
enum class FrameUnit : std::uint8_t { rows, groups, range };
template <FrameUnit Unit, class From, class To>
struct Frame {
    static_assert(From::kind != Reach::all_after && To::kind != Reach::all_before &&
                      (From::kind < To::kind || (From::kind == To::kind && From::place <= To::place)),
                  "orm: a frame begins before it ends");
    static std::string text() {
        constexpr std::string_view unit = Unit == FrameUnit::rows     ? " ROWS BETWEEN "
                                          : Unit == FrameUnit::groups ? " GROUPS BETWEEN "
                                                                      : " RANGE BETWEEN ";
        return std::string(unit) + From::text() + " AND " + To::text();
    }
};

template <class Frame, class Function, class P, class... Order>
struct Window;
template <class FrameOf, class Function, class... Ps, class... Order>
struct Window<FrameOf, Function, Partition<Ps...>, Order...>
    : Fluent<Window<FrameOf, Function, Partition<Ps...>, Order...>> {
    using orm_root = typename RootOfAll<Function, Ps..., typename UnwrapOrder<Order>::expression...>::type;
    using orm_outer = typename ConcatAll<Models<>, typename Function::orm_outer, typename Ps::orm_outer...,
                                         typename UnwrapOrder<Order>::expression::orm_outer...>::type;
    using orm_value = typename Function::orm_value;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params =
        Function::params + (0 + ... + Ps::params) + (0 + ... + UnwrapOrder<Order>::expression::params);
    Function function;
    Pack<Ps...> partition;
    Pack<Order...> order;
    constexpr Window(Function f, Pack<Ps...> p, Pack<Order...> o)
        : function(std::move(f)), partition(std::move(p)), order(std::move(o)) {}
    /// The rows from `from` to `to`: orm::unbounded_preceding, preceding<n>, current_row, following<n>,
    /// unbounded_following.
    template <class From, class To>
    constexpr auto rows(From from, To to) const {
        return framed<FrameUnit::rows>(from, to);
    }
    /// The same counted in groups of rows that are equal in the order.
    template <class From, class To>
    constexpr auto groups(From from, To to) const {
        static_assert(sizeof...(Order) > 0, "orm: a frame of groups needs an order");
        return framed<FrameUnit::groups>(from, to);
    }
    /// With rows that are equal to the current one in the order; no counts.
    template <class From, class To>
    constexpr auto range(From from, To to) const {
        static_assert(From::kind != Reach::before && From::kind != Reach::after && To::kind != Reach::before &&
                          To::kind != Reach::after,
                      "orm: range() has no counts; use rows() or groups()");
        return framed<FrameUnit::range>(from, to);
    }
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* node = scope.tree().make(sql::Op::window, {function.describe(scope)});
        node->text = FrameOf::text();
        partition.each([&](const auto& e) { node->partition.push_back(e.describe(scope)); });
        order.each([&](const auto& key) { node->order.push_back(described_order(key, scope)); });
        return node;
    }
    void bind(Params& p) const {
        function.bind(p);
        partition.each([&](const auto& e) { e.bind(p); });
        order.each([&]<class T>(const T& key) { UnwrapOrder<T>::get(key).bind(p); });
    }

  private:
    template <FrameUnit Unit, class From, class To>
    constexpr auto framed(From, To) const {
        static_assert(is_bound<From> && is_bound<To>,
                      "orm: a frame reaches from and to orm::unbounded_preceding, preceding<n>, current_row, "
                      "following<n> or unbounded_following");
        return Window<Frame<Unit, From, To>, Function, Partition<Ps...>, Order...>(function, partition, order);
    }
};

/// A window function that waits for its over(): no expression yet.
template <class Call>
struct WindowCall {
    Call call;
};
template <Literal Name, class V, class... Args>
constexpr auto window_call(const Args&... args) {
    auto made = call<Name, V>(args...);
    return WindowCall<decltype(made)>{std::move(made)};
}
template <class Call>
constexpr Call called(WindowCall<Call> function) {
    return std::move(function.call);
}
template <class Function>
constexpr Function called(Function function) {
    return function;
}
template <class Function>
inline constexpr bool stands_in_over = false;
template <class C>
inline constexpr bool stands_in_over<WindowCall<C>> = true;
template <Literal Name, class V, class... Args>
inline constexpr bool stands_in_over<Call<Name, V, Args...>> = true;  // a function of the database, orm::function
template <Literal Name, class V, class Argument, class Filter>
inline constexpr bool stands_in_over<Aggregate<Name, V, Argument, Filter, false>> = true;
template <class L, class Argument, class Filter>
inline constexpr bool stands_in_over<List<L, Argument, Filter>> = !L::distinct && !L::has_order;

template <class FrameOf, class Function, class... Ps, class... Order>
inline constexpr bool is_window<Window<FrameOf, Function, Partition<Ps...>, Order...>> = true;
template <class FrameOf, class Function, class... Ps, class... Order>
struct OperandsOf<Window<FrameOf, Function, Partition<Ps...>, Order...>> {
    using type = Exprs<Function, Ps..., typename UnwrapOrder<Order>::expression...>;
};

}  // namespace detail

template <class... Es>
constexpr auto partition_by(Es... keys) {
    return detail::Partition<Es...>{{{std::move(keys)}...}};
}
// What follows stands in over() only.
constexpr auto row_number() {
    return detail::window_call<"row_number", std::int64_t>();
}
constexpr auto rank() {
    return detail::window_call<"rank", std::int64_t>();
}
constexpr auto dense_rank() {
    return detail::window_call<"dense_rank", std::int64_t>();
}
/// The value of the row `offset` rows before (after) this one; NULL where there is none.
template <Expression E>
constexpr auto lag(const E& e, std::int32_t offset = 1) {
    return detail::window_call<"lag", std::optional<remove_optional<typename E::orm_value>>>(e, offset);
}
template <Expression E>
constexpr auto lead(const E& e, std::int32_t offset = 1) {
    return detail::window_call<"lead", std::optional<remove_optional<typename E::orm_value>>>(e, offset);
}
/// The value of the frame's first row, last row, n-th row from 1 (NULL where there are fewer).
template <Expression E>
constexpr auto first_value(const E& e) {
    return detail::window_call<"first_value", std::optional<remove_optional<typename E::orm_value>>>(e);
}
template <Expression E>
constexpr auto last_value(const E& e) {
    return detail::window_call<"last_value", std::optional<remove_optional<typename E::orm_value>>>(e);
}
template <Expression E>
constexpr auto nth_value(const E& e, std::int32_t n) {
    return detail::window_call<"nth_value", std::optional<remove_optional<typename E::orm_value>>>(e, n);
}
/// Which of `parts` nearly equal parts the row is in, from 1.
constexpr auto ntile(std::int32_t parts) {
    return detail::window_call<"ntile", std::int64_t>(parts);
}
/// The share of rows before this one, and of rows up to this one and its equals.
constexpr auto percent_rank() {
    return detail::window_call<"percent_rank", double>();
}
constexpr auto cume_dist() {
    return detail::window_call<"cume_dist", double>();
}

/// The ends of a frame; see over().
inline constexpr detail::FrameBound<detail::Reach::all_before> unbounded_preceding{};
template <std::int32_t Rows>
inline constexpr detail::FrameBound<detail::Reach::before, Rows> preceding{};
inline constexpr detail::FrameBound<detail::Reach::current> current_row{};
template <std::int32_t Rows>
inline constexpr detail::FrameBound<detail::Reach::after, Rows> following{};
inline constexpr detail::FrameBound<detail::Reach::all_after> unbounded_following{};

/// A window function or an aggregate, over partition and order; see Window for its frame.
template <class Function, class... Ps, class... Order>
constexpr auto over(Function function, detail::Partition<Ps...> partition, Order... order) {
    static_assert(detail::stands_in_over<Function>,
                  "orm: over() takes a window function or an aggregate without distinct() and order_by(): "
                  "orm::rank(), orm::lag(f<&Model::field>), orm::sum(f<&Model::field>)");
    auto called = detail::called(std::move(function));
    return detail::Window<detail::WholeFrame, decltype(called), detail::Partition<Ps...>, Order...>(
        std::move(called), std::move(partition.keys), detail::Pack<Order...>{{std::move(order)}...});
}

}  // namespace orm
