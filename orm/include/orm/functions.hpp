/// SQL functions, typed: text, numbers, NULL handling, dates, CASE, casts, and how to declare one of your own.
///
///     orm::lower(f<&User::email>) == address
///     orm::coalesce(f<&P::approved_at>, orm::now)
///     orm::case_(orm::then(f<&R::status> == Status::waitlist, 1), 0)
///     constexpr auto reverse_text = orm::function<"reverse", std::string>;      // a function of the database, in one
///     line
#pragma once

#include "orm/query.hpp"

namespace orm {

namespace detail {

/// A call; `Name` is a portable name that the renderers know, or the database's own.
template <Literal Name, class V, class... Args>
struct Call : Fluent<Call<Name, V, Args...>> {
    template <class Root, class... Rest>
    struct Fold {
        using type = Root;
    };
    template <class Root, class First, class... Rest>
    struct Fold<Root, First, Rest...> {
        using type = typename Fold<typename CommonRoot<Root, typename First::orm_root>::type, Rest...>::type;
    };
    template <class List, class... Rest>
    struct FoldOuter {
        using type = List;
    };
    template <class List, class First, class... Rest>
    struct FoldOuter<List, First, Rest...> {
        using type = typename FoldOuter<typename ConcatModels<List, typename First::orm_outer>::type, Rest...>::type;
    };
    using orm_root = typename Fold<void, Args...>::type;
    using orm_outer = typename FoldOuter<Models<>, Args...>::type;
    using orm_value = V;
    static constexpr bool aggregate = (Args::aggregate || ...);
    static constexpr std::size_t params = (0 + ... + Args::params);
    Pack<Args...> args;
    constexpr explicit Call(Pack<Args...> a) : args(std::move(a)) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* call = scope.tree().make(op());
        call->text = Name.view();
        call->type = &type_info<remove_optional<V>>;
        args.each([&](const auto& a) { call->args.push_back(a.describe(scope)); });
        return call;
    }
    void bind(Params& p) const {
        args.each([&](const auto& a) { a.bind(p); });
    }

  private:
    static constexpr sql::Op op() {
        if (Name.view() == "case") return sql::Op::case_;
        if (Name.view() == "cast" || Name.view() == "rounding cast") return sql::Op::cast;
        if (Name.view() == "concat") return sql::Op::concat;
        return sql::Op::function;
    }
};

template <class T>
constexpr auto as_expression(const T& t) {
    if constexpr (Expression<T>)
        return t;
    else
        return value(t);
}
template <class T>
using expression_of = decltype(as_expression(std::declval<const T&>()));

template <Literal Name, class V, class... Args>
constexpr auto call(const Args&... args) {
    return Call<Name, V, expression_of<Args>...>(Pack<expression_of<Args>...>{{as_expression(args)}...});
}

template <class A, class... B>
struct CoalescedType {
    static constexpr bool is_length(Category c) { return c == Category::duration || c == Category::days; }
    static constexpr Category kind = category<remove_optional<A>>();
    static_assert(((category<remove_optional<B>>() == kind ||
                    !(is_length(category<remove_optional<B>>()) || is_length(kind))) &&
                   ...),
                  "orm: a duration stands beside durations only; the days between two dates beside std::chrono::days");
    static constexpr bool nullable = is_optional<A> && (is_optional<B> && ...);
    using type = std::conditional_t<nullable, A, remove_optional<A>>;
};
/// Of the first value that is not NULL, and of its kin.
template <class... Args>
using first_value_of = typename CoalescedType<typename expression_of<Args>::orm_value...>::type;

template <class Condition, class V>
struct Then {
    using branch_value = typename V::orm_value;
    Condition condition;
    V value;
};
template <class T>
concept Branch = requires {
    typename T::branch_value;
};

/// The expressions of a CASE in order: condition, value, condition, value, …, the value otherwise.
template <Branch T>
constexpr auto branch(const T& then) {
    return std::make_tuple(then.condition, then.value);
}
template <class T>
constexpr auto branch(const T& otherwise) {
    return std::make_tuple(as_expression(otherwise));
}
template <class T>
struct BranchValue {
    using type = typename expression_of<T>::orm_value;
};
template <Branch T>
struct BranchValue<T> {
    using type = typename T::branch_value;
};

}  // namespace detail

/// A function of the database under its own name: orm::function<"reverse", std::string>(f<&E::title>).
template <detail::Literal Name, class V>
inline constexpr auto function = [](const auto&... args) { return detail::call<Name, V>(args...); };

/// ASCII letters on SQLite, all letters on PostgreSQL (as in Django); for searches use the i… tests.
template <class E>
constexpr auto lower(const E& text) {
    return detail::call<"lower", typename E::orm_value>(text);
}
template <class E>
constexpr auto upper(const E& text) {
    return detail::call<"upper", typename E::orm_value>(text);
}
template <class E>
constexpr auto trim(const E& text) {
    return detail::call<"trim", typename E::orm_value>(text);
}
/// Code points.
template <class E>
constexpr auto length(const E& text) {
    using V = std::conditional_t<is_optional<typename E::orm_value>, std::optional<std::int64_t>, std::int64_t>;
    return detail::call<"length", V>(text);
}
template <class E>
constexpr auto abs(const E& number) {
    return detail::call<"abs", typename E::orm_value>(number);
}
/// NULL counts as empty text.
template <class... Args>
constexpr auto concat(const Args&... args) {
    return detail::call<"concat", std::string>(args...);
}
/// The first value that is not NULL.
template <class First, class... Rest>
constexpr auto coalesce(const First& first, const Rest&... rest) {
    return detail::call<"coalesce", detail::first_value_of<First, Rest...>>(first, rest...);
}
template <class A, class B>
constexpr auto nullif(const A& a, const B& b) {
    return detail::call<"nullif", std::optional<remove_optional<typename A::orm_value>>>(a, b);
}
/// The largest, the smallest of the values that are not NULL; NULL only when all are.
template <class First, class... Rest>
constexpr auto greatest(const First& first, const Rest&... rest) {
    return detail::call<"greatest", detail::first_value_of<First, Rest...>>(first, rest...);
}
template <class First, class... Rest>
constexpr auto least(const First& first, const Rest&... rest) {
    return detail::call<"least", detail::first_value_of<First, Rest...>>(first, rest...);
}
/// A number with a fraction is rounded to a whole number, or to the decimals of an orm::Decimal; one that does not fit
/// is a DataError.
template <class To, class E>
constexpr auto cast(const E& e) {
    using V = std::conditional_t<is_optional<typename E::orm_value>, std::optional<To>, To>;
    using From = remove_optional<typename E::orm_value>;
    if constexpr (std::integral<To> && !std::is_same_v<To, bool> && (is_decimal<From> || std::is_same_v<From, double>))
        return detail::call<"rounding cast", V>(e);
    else
        return detail::call<"cast", V>(e);
}

/// The database's own clock at the moment it looks at the row, and `from_it` later: the same for all programs, whatever
/// their machines' clocks say, and it goes on within a transaction. On SQLite that is this machine's. Not for indexes
/// and checks.
inline auto database_time(std::chrono::microseconds from_it = {}) {
    return detail::call<"orm_database_time", Timestamp>(static_cast<std::int64_t>(from_it.count()));
}

/// case_(then(condition, value), then(condition, value), …, otherwise); without `otherwise` NULL where no condition
/// holds.
template <Expression Condition, class V>
constexpr auto then(Condition condition, const V& v) {
    return detail::Then<Condition, detail::expression_of<V>>{condition, detail::as_expression(v)};
}
template <detail::Branch First, class... Rest>
constexpr auto case_(const First& first, const Rest&... rest) {
    using V = typename First::branch_value;
    static_assert(
        (detail::comparable<remove_optional<V>, remove_optional<typename detail::BranchValue<Rest>::type>> && ...),
        "orm: all values of a case_ are of the kind of the first one; cast the others");
    constexpr std::size_t branches = (1 + ... + (detail::Branch<Rest> ? 1 : 0));
    constexpr bool otherwise = branches == sizeof...(Rest);
    static_assert(branches >= sizeof...(Rest), "orm: case_(then(...), ..., otherwise) has one value otherwise");
    constexpr bool nullable =
        !otherwise || is_optional<V> || (is_optional<typename detail::BranchValue<Rest>::type> || ...);
    using Result = std::conditional_t<nullable, std::optional<remove_optional<V>>, V>;
    return std::apply([](const auto&... args) { return detail::call<"case", Result>(args...); },
                      std::tuple_cat(detail::branch(first), detail::branch(rest)...));
}

}  // namespace orm
