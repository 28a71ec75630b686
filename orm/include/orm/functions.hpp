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
    std::tuple<Args...> args;
    constexpr explicit Call(Args... a) : args(std::move(a)...) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* call = scope.tree().make(op());
        call->text = Name.view();
        call->type = &type_info<remove_optional<V>>;
        std::apply([&](const auto&... a) { (call->args.push_back(a.describe(scope)), ...); }, args);
        return call;
    }
    void bind(Params& p) const {
        std::apply([&](const auto&... a) { (a.bind(p), ...); }, args);
    }

  private:
    static constexpr sql::Op op() {
        if (Name.view() == "case") return sql::Op::case_;
        if (Name.view() == "cast") return sql::Op::cast;
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
    return Call<Name, V, expression_of<Args>...>(as_expression(args)...);
}

template <class A, class... B>
struct CoalescedType {
    static constexpr bool nullable = is_optional<A> && (is_optional<B> && ...);
    using type = std::conditional_t<nullable, A, remove_optional<A>>;
};

template <class Condition, class V>
struct Then {
    Condition condition;
    V value;
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
    return detail::call<"length", std::int64_t>(text);
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
    using V = typename detail::CoalescedType<typename First::orm_value,
                                             typename detail::expression_of<Rest>::orm_value...>::type;
    return detail::call<"coalesce", V>(first, rest...);
}
template <class A, class B>
constexpr auto nullif(const A& a, const B& b) {
    return detail::call<"nullif", std::optional<remove_optional<typename A::orm_value>>>(a, b);
}
template <class A, class... B>
constexpr auto greatest(const A& a, const B&... b) {
    return detail::call<"greatest", typename A::orm_value>(a, b...);
}
template <class A, class... B>
constexpr auto least(const A& a, const B&... b) {
    return detail::call<"least", typename A::orm_value>(a, b...);
}
template <class To, class E>
constexpr auto cast(const E& e) {
    using V = std::conditional_t<is_optional<typename E::orm_value>, std::optional<To>, To>;
    return detail::call<"cast", V>(e);
}

/// case_(then(condition, value), ..., otherwise)
template <Expression Condition, class V>
constexpr auto then(Condition condition, const V& v) {
    return detail::Then<Condition, detail::expression_of<V>>{condition, detail::as_expression(v)};
}
template <class C1, class V1, class Otherwise>
constexpr auto case_(const detail::Then<C1, V1>& first, const Otherwise& otherwise) {
    return detail::call<"case", typename V1::orm_value>(first.condition, first.value, otherwise);
}
template <class C1, class V1, class C2, class V2, class Otherwise>
constexpr auto case_(const detail::Then<C1, V1>& first, const detail::Then<C2, V2>& second,
                     const Otherwise& otherwise) {
    return detail::call<"case", typename V1::orm_value>(first.condition, first.value, second.condition, second.value,
                                                        otherwise);
}

}  // namespace orm
