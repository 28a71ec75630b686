/// Window functions: a value for each row from the rows around it.
///
///     auto place = orm::over(orm::rank(), orm::partition_by(f<&R::event>), f<&R::created_at>.asc());
///     auto before = orm::over(orm::lag(f<&R::created_at>), orm::partition_by(f<&R::event>), f<&R::id>.asc());
///     auto running = orm::over<"ROWS UNBOUNDED PRECEDING">(orm::sum(f<&B::price>), orm::partition_by(),
///     f<&B::id>.asc());
#pragma once

#include "orm/functions.hpp"

namespace orm {

namespace detail {

template <class... Es>
struct Partition {
    std::tuple<Es...> keys;
};

template <Literal Frame, class Function, class P, class... Order>
struct Window;
template <Literal Frame, class Function, class... Ps, class... Order>
struct Window<Frame, Function, Partition<Ps...>, Order...>
    : Fluent<Window<Frame, Function, Partition<Ps...>, Order...>> {
    template <class... Es>
    struct Root {
        using type = void;
    };
    template <class First, class... Rest>
    struct Root<First, Rest...> {
        using type = typename CommonRoot<typename First::orm_root, typename Root<Rest...>::type>::type;
    };
    using orm_root = typename Root<Function, Ps..., typename UnwrapOrder<Order>::expression...>::type;
    using orm_outer = Models<>;
    using orm_value = typename Function::orm_value;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params =
        Function::params + (0 + ... + Ps::params) + (0 + ... + UnwrapOrder<Order>::expression::params);
    Function function;
    std::tuple<Ps...> partition;
    std::tuple<Order...> order;
    constexpr Window(Function f, std::tuple<Ps...> p, std::tuple<Order...> o)
        : function(std::move(f)), partition(std::move(p)), order(std::move(o)) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* node = scope.tree().make(sql::Op::window, {function.describe(scope)});
        node->text = Frame.view().empty() ? "" : " " + std::string(Frame.view());
        std::apply([&](const auto&... e) { (node->partition.push_back(e.describe(scope)), ...); }, partition);
        std::apply(
            [&](const auto&... e) {
                (node->order.push_back({UnwrapOrder<std::decay_t<decltype(e)>>::get(e).describe(scope),
                                        UnwrapOrder<std::decay_t<decltype(e)>>::descending}),
                 ...);
            },
            order);
        return node;
    }
    void bind(Params& p) const {
        function.bind(p);
        std::apply([&](const auto&... e) { (e.bind(p), ...); }, partition);
        std::apply([&](const auto&... e) { (UnwrapOrder<std::decay_t<decltype(e)>>::get(e).bind(p), ...); }, order);
    }
};

}  // namespace detail

template <class... Es>
constexpr auto partition_by(Es... keys) {
    return detail::Partition<Es...>{{std::move(keys)...}};
}
constexpr auto row_number() {
    return detail::call<"row_number", std::int64_t>();
}
constexpr auto rank() {
    return detail::call<"rank", std::int64_t>();
}
constexpr auto dense_rank() {
    return detail::call<"dense_rank", std::int64_t>();
}
/// The value of the row `offset` rows before (after) this one; NULL where there is none.
template <Expression E>
constexpr auto lag(const E& e, std::int32_t offset = 1) {
    return detail::call<"lag", std::optional<remove_optional<typename E::orm_value>>>(e, offset);
}
template <Expression E>
constexpr auto lead(const E& e, std::int32_t offset = 1) {
    return detail::call<"lead", std::optional<remove_optional<typename E::orm_value>>>(e, offset);
}
/// A window function or an aggregate, over partition and order; `Frame` is SQL's frame clause.
template <detail::Literal Frame = "", class Function, class... Ps, class... Order>
constexpr auto over(Function function, detail::Partition<Ps...> partition, Order... order) {
    return detail::Window<Frame, Function, detail::Partition<Ps...>, Order...>(
        std::move(function), std::move(partition.keys), std::tuple<Order...>(std::move(order)...));
}

}  // namespace orm
