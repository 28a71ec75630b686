/// SQL functions, typed: text, numbers, NULL handling, dates, CASE, and how to declare one of your own;
/// casts are in casts.hpp.
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
    using orm_root = typename RootOfAll<Args...>::type;
    using orm_outer = typename ConcatAll<Models<>, typename Args::orm_outer...>::type;
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
        if (Name.view() == "cast" || Name.view() == "fitting cast" || Name.view() == "reading cast")
            return sql::Op::cast;
        if (Name.view() == "concat") return sql::Op::concat;
        return sql::Op::function;
    }
};

template <Literal Name, class V, class... Args>
struct OperandsOf<Call<Name, V, Args...>> {
    using type = Exprs<Args...>;
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

template <class E>
using value_of_expression = remove_optional<typename expression_of<E>::orm_value>;

template <class V, class... Args>
using nullable_like =
    std::conditional_t<(is_optional<typename expression_of<Args>::orm_value> || ...), std::optional<V>, V>;

template <class... Args>
consteval void check_texts() {
    static_assert(((category<value_of_expression<Args>>() == Category::text) && ...),
                  "orm: this function works on texts; make one of the field with orm::cast<std::string>(field)");
}
template <class First, class... Rest>
consteval void check_kin() {
    static_assert((comparable<value_of_expression<First>, value_of_expression<Rest>> && ...),
                  "orm: coalesce, nullif, greatest and least take values of one kind; cast the others, for instance "
                  "orm::cast<std::string>(number)");
}
template <class... Args>
consteval void check_no_documents() {
    static_assert(((category<value_of_expression<Args>>() != Category::json) && ...),
                  "orm: greatest and least do not take documents; take a value out of them with orm::json_text");
}

/// The type that holds values of both: of the first one, but for numbers of different types.
template <class A, class B>
consteval auto common_type() {
    if constexpr (std::is_same_v<A, B> || category<A>() != Category::number || category<B>() != Category::number)
        return std::type_identity<A>{};
    else if constexpr (std::is_same_v<A, double> || std::is_same_v<B, double>)
        return std::type_identity<double>{};
    else if constexpr (is_decimal<A> && !is_decimal<B>)
        return std::type_identity<A>{};
    else if constexpr (is_decimal<B>)
        return std::type_identity<Decimal<18, std::max(scale_of<A>, scale_of<B>)>>{};
    else
        return std::type_identity<std::conditional_t<(sizeof(A) >= sizeof(B)), A, B>>{};
}
template <class A, class... Rest>
struct CommonType {
    using type = A;
};
template <class A, class B, class... Rest>
struct CommonType<A, B, Rest...> {
    using type = typename CommonType<typename decltype(common_type<A, B>())::type, Rest...>::type;
};
template <class A, class... B>
struct CoalescedType {
    static constexpr bool is_length(Category c) { return c == Category::duration || c == Category::days; }
    static constexpr Category kind = category<remove_optional<A>>();
    static_assert(((category<remove_optional<B>>() == kind ||
                    !(is_length(category<remove_optional<B>>()) || is_length(kind))) &&
                   ...),
                  "orm: a duration stands beside durations only; the days between two dates beside std::chrono::days");
    static constexpr bool nullable = is_optional<A> && (is_optional<B> && ...);
    using value = typename CommonType<remove_optional<A>, remove_optional<B>...>::type;
    using type = std::conditional_t<nullable, std::optional<value>, value>;
};
/// Of the first value that is not NULL, and of its kin.
template <class... Args>
using first_value_of = typename CoalescedType<typename expression_of<Args>::orm_value...>::type;

/// The value as text, in one form on both databases; what has one already stays what it is.
template <class E>
constexpr auto as_text(const E& given) {
    using T = value_of_expression<E>;
    using V = nullable_like<std::string, E>;
    static_assert(category<T>() != Category::duration,
                  "orm: a duration has no text that both databases share; write it where it is read");
    static_assert(category<T>() != Category::json && !IsVector<T>::value,
                  "orm: documents and arrays have no text that both databases share; take a value out of a document "
                  "with orm::json_text, join an array where it is read");
    if constexpr (category<T>() == Category::boolean)
        return call<"orm_bool_text", V>(given);
    else if constexpr (is_decimal<T>)
        return call<"orm_decimal_text", V>(given);
    else if constexpr (std::is_same_v<T, double>)
        return call<"orm_float_text", V>(given);
    else if constexpr (category<T>() == Category::timestamp)
        return call<"orm_time_text", V>(given);
    else
        return as_expression(given);
}

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
    detail::check_texts<E>();
    return detail::call<"lower", typename E::orm_value>(text);
}
template <class E>
constexpr auto upper(const E& text) {
    detail::check_texts<E>();
    return detail::call<"upper", typename E::orm_value>(text);
}
template <class E>
constexpr auto trim(const E& text) {
    detail::check_texts<E>();
    return detail::call<"trim", typename E::orm_value>(text);
}
/// Code points.
template <class E>
constexpr auto length(const E& text) {
    detail::check_texts<E>();
    using V = std::conditional_t<is_optional<typename E::orm_value>, std::optional<std::int64_t>, std::int64_t>;
    return detail::call<"length", V>(text);
}
template <class E>
constexpr auto abs(const E& number) {
    static_assert(detail::category<detail::value_of_expression<E>>() == detail::Category::number,
                  "orm: abs works on numbers; make one of the value with orm::cast");
    return detail::call<"abs", typename E::orm_value>(number);
}
/// NULL counts as empty text. Other values have the form of cast<std::string>.
template <class... Args>
constexpr auto concat(const Args&... args) {
    return detail::call<"concat", std::string>(detail::as_text(args)...);
}
/// The first value that is not NULL.
template <class First, class... Rest>
constexpr auto coalesce(const First& first, const Rest&... rest) {
    detail::check_kin<First, Rest...>();
    return detail::call<"coalesce", detail::first_value_of<First, Rest...>>(first, rest...);
}
template <class A, class B>
constexpr auto nullif(const A& a, const B& b) {
    detail::check_kin<A, B>();
    return detail::call<"nullif", std::optional<remove_optional<typename A::orm_value>>>(a, b);
}
/// The largest, the smallest of the values that are not NULL; NULL only when all are.
template <class First, class... Rest>
constexpr auto greatest(const First& first, const Rest&... rest) {
    detail::check_kin<First, Rest...>();
    detail::check_no_documents<First>();
    return detail::call<"greatest", detail::first_value_of<First, Rest...>>(first, rest...);
}
template <class First, class... Rest>
constexpr auto least(const First& first, const Rest&... rest) {
    detail::check_kin<First, Rest...>();
    detail::check_no_documents<First>();
    return detail::call<"least", detail::first_value_of<First, Rest...>>(first, rest...);
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
    using Value = typename detail::CommonType<remove_optional<V>,
                                              remove_optional<typename detail::BranchValue<Rest>::type>...>::type;
    using Result = std::conditional_t<nullable, std::optional<Value>, Value>;
    return std::apply([](const auto&... args) { return detail::call<"case", Result>(args...); },
                      std::tuple_cat(detail::branch(first), detail::branch(rest)...));
}

}  // namespace orm
