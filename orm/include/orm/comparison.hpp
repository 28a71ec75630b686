/// Which values go with which fields, and the nodes and operators that compare and combine. See expression.hpp.
///
///     f<&E::title> == 7        // does not compile: "this field cannot be compared with … a value of that type"
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>

#include "orm/field.hpp"

namespace orm {

namespace detail {

template <class T>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

/// `duration`: between two timestamps, std::chrono::microseconds; `days`: between two dates.
enum class Category { text, number, boolean, timestamp, date, duration, days, json, other };
template <class T>
consteval Category category() {
    if constexpr (std::same_as<T, bool>)
        return Category::boolean;
    else if constexpr (std::is_enum_v<T>)
        return Category::other;
    else if constexpr (std::is_arithmetic_v<T> || is_decimal<T>)
        return Category::number;
    else if constexpr (std::same_as<T, Timestamp>)
        return Category::timestamp;
    else if constexpr (std::same_as<T, Date>)
        return Category::date;
    else if constexpr (std::same_as<T, std::chrono::microseconds>)
        return Category::duration;
    else if constexpr (std::same_as<T, std::chrono::days>)
        return Category::days;
    else if constexpr (std::same_as<T, Json>)
        return Category::json;
    else if constexpr (std::is_convertible_v<T, std::string_view>)
        return Category::text;
    else
        return Category::other;
}

template <class A, class B>
inline constexpr bool comparable = std::is_same_v<A, B> ||
                                   (category<A>() == category<B>() && category<A>() != Category::other);

/// The type in which a C++ value travels to be compared with a `Target` column; void when it cannot.
template <class Target, class From>
consteval auto param_type() {
    if constexpr (category<Target>() == Category::text && std::is_convertible_v<From, std::string_view>)
        return std::type_identity<std::string>{};
    else if constexpr (category<Target>() == Category::boolean)
        return std::type_identity<std::conditional_t<std::is_same_v<From, bool>, bool, void>>{};
    else if constexpr (is_decimal<Target> && is_decimal<From>)
        return std::type_identity<From>{};
    else if constexpr (is_decimal<Target> && std::integral<From> && !std::is_same_v<From, bool>)
        return std::type_identity<std::int64_t>{};
    else if constexpr (std::is_same_v<Target, double> && std::is_arithmetic_v<From> && !std::is_same_v<From, bool>)
        return std::type_identity<double>{};
    else if constexpr (std::integral<Target> && std::integral<From> && !std::is_same_v<From, bool> &&
                       !std::is_same_v<From, char>)
        return std::type_identity<
            std::conditional_t<(sizeof(From) > sizeof(Target) || std::is_unsigned_v<From>), std::int64_t, Target>>{};
    else if constexpr (is_id<Target>)
        return std::type_identity<
            std::conditional_t<std::is_convertible_v<From, Target> && !std::is_arithmetic_v<From>, Target, void>>{};
    else if constexpr (std::is_same_v<Target, Timestamp>)
        return std::type_identity<std::conditional_t<std::is_convertible_v<From, Timestamp>, Timestamp, void>>{};
    else if constexpr (is_duration<Target> && is_duration<From>)
        return std::type_identity<std::conditional_t<std::is_convertible_v<From, Target>, Target, void>>{};
    else if constexpr (std::is_same_v<Target, From>)
        return std::type_identity<Target>{};
    else
        return std::type_identity<void>{};
}
template <class Target, class From>
using param_type_t = typename decltype(param_type<Target, From>())::type;

template <class T, class From>
constexpr T convert_param(const From& value) {
    if constexpr (std::is_same_v<T, std::string>)
        return std::string(std::string_view(value));
    else
        return static_cast<T>(value);
}

/// Whether the value may turn negative on its way to the database.
template <class Target, class From>
inline constexpr bool may_wrap = false;
template <class Target, std::unsigned_integral From>
inline constexpr bool may_wrap<Target, From> = sizeof(From) == sizeof(std::int64_t) &&
                                               (std::integral<Target> || is_decimal<Target>);

/// Fails to compile with one sentence; the instantiation's first line names the field and the value's type.
template <class Field, class Given>
struct Check {
    using target = remove_optional<typename Field::orm_value>;
    template <class T>
    static consteval bool ok() {
        if constexpr (std::is_same_v<T, std::nullopt_t>)
            return true;
        else if constexpr (Expression<T>)
            return comparable<target, remove_optional<typename T::orm_value>>;
        else
            return !std::is_void_v<param_type_t<target, remove_optional<T>>>;
    }
    static_assert(
        !may_wrap<target, remove_optional<Given>>,
        "orm: an unsigned 64-bit number may be larger than every number of the databases; give a std::int64_t "
        "(std::ssize of a container)");
    static constexpr bool null_ok = !std::is_same_v<Given, std::nullopt_t> || is_optional<typename Field::orm_value>;
    static_assert(!(is_id<target> && !ok<Given>()),
                  "orm: a key compares only with a key of the same model (orm::Id<Model>); see Field and Given above");
    static_assert(
        is_id<target> || ok<Given>(),
        "orm: this field cannot be compared with or set to a value of that type; see Field and Given above and "
        "give a value of the field's own type");
    static_assert(null_ok, "orm: this field is never NULL; only a std::optional field compares with std::nullopt");
    static constexpr bool value = true;
};

template <class Field, class Given>
constexpr auto operand(const Given& given) {
    static_assert(Check<Field, std::decay_t<Given>>::value);
    using target = remove_optional<typename Field::orm_value>;
    if constexpr (Expression<Given>) {
        return given;
    } else if constexpr (is_optional<Given>) {
        using T = param_type_t<target, remove_optional<Given>>;
        if constexpr (!std::is_void_v<T>)
            return Value<std::optional<T>>(given ? std::optional<T>(convert_param<T>(*given)) : std::nullopt);
    } else {
        using T = param_type_t<target, std::decay_t<Given>>;
        if constexpr (!std::is_void_v<T>) return Value<T>(convert_param<T>(given));
    }
}

}  // namespace detail

/// A choice to compare with. It stands in the text, not among the parameters: PostgreSQL then plans once for all runs
/// what it would otherwise plan anew for each, and a partial index with that condition is found.
template <class T>
struct Choice : Fluent<Choice<T>> {
    using orm_root = void;
    using orm_outer = Models<>;
    using orm_value = T;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 1;
    T stored;
    constexpr explicit Choice(T v) : stored(v) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        if (scope.tree().take_literal(bits) && number() < count)
            return scope.tree().literal("'" + std::string(enum_names<T>[number()]) + "'");
        return scope.tree().param(type_info<T>, &stored);
    }
    void bind(Params& p) const {
        const bool literal = p.literal(bits, number());
        if (!literal || number() == count) p.add(type_info<T>, &stored);
    }

  private:
    static constexpr std::size_t count = enum_names<T>.size();
    static constexpr auto bits = static_cast<unsigned>(std::bit_width(count));
    /// `count`: the value is none of the choices, which the check of the parameters will tell.
    std::size_t number() const { return std::min(static_cast<std::size_t>(stored), count); }
};

/// Several choices, for in(): the set of them stands in the text where there are few.
template <class T>
struct Choices : Fluent<Choices<T>> {
    using orm_root = void;
    using orm_outer = Models<>;
    using orm_value = std::vector<T>;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 1;
    std::vector<T> stored;
    explicit Choices(std::vector<T> v) : stored(std::move(v)) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        const std::uint64_t chosen = set();
        if (!scope.tree().take_literal(bits) || chosen == 0)
            return scope.tree().param(type_info<std::vector<T>>, &stored);
        std::string list;
        for (std::size_t i = 0; i < count; ++i)
            if ((chosen >> i & 1U) != 0) list.append(list.empty() ? "'" : ", '").append(enum_names<T>[i]).append("'");
        return scope.tree().literal(std::move(list));
    }
    void bind(Params& p) const {
        const std::uint64_t chosen = set();
        const bool literal = p.literal(bits, chosen);
        if (!literal || chosen == 0) p.add(type_info<std::vector<T>>, &stored);
    }

  private:
    static constexpr std::size_t count = enum_names<T>.size();
    static constexpr unsigned bits = count <= 8 ? static_cast<unsigned>(count) : sql::Tree::most_literal_bits + 1;
    /// One bit for each choice; 0: empty, or a value is none of the choices.
    std::uint64_t set() const {
        std::uint64_t chosen = 0;
        for (const T item : stored) {
            if (static_cast<std::size_t>(item) >= count) return 0;
            chosen |= std::uint64_t{1} << static_cast<std::size_t>(item);
        }
        return chosen;
    }
};

/// `left op right`. With a right side that may be NULL the text is chosen when the query runs: `IS NULL`, or `=`.
template <sql::Op Operator, class L, class R, class V = bool>
struct Binary : Fluent<Binary<Operator, L, R, V>> {
    using orm_root = typename detail::CommonRoot<typename L::orm_root, typename R::orm_root>::type;
    using orm_outer = typename detail::ConcatModels<typename L::orm_outer, typename R::orm_outer>::type;
    using orm_value = V;
    static constexpr bool aggregate = L::aggregate || R::aggregate;
    static constexpr std::size_t params = L::params + R::params;
    L left;
    R right;
    constexpr Binary(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        const sql::Expr* l = left.describe(scope);
        sql::Expr* node = scope.tree().make(Operator, {l, right.describe(scope)});
        if constexpr (!std::is_same_v<V, bool>) node->type = &type_info<remove_optional<V>>;
        return node;
    }
    void bind(Params& p) const {
        left.bind(p);
        right.bind(p);
    }
};

template <sql::Op Operator, class L, class T>
requires(Operator == sql::Op::eq || Operator == sql::Op::ne) struct Binary<Operator, L, Value<std::optional<T>>, bool>
    : Fluent<Binary<Operator, L, Value<std::optional<T>>, bool>> {
    using orm_root = typename L::orm_root;
    using orm_outer = typename L::orm_outer;
    using orm_value = bool;
    static constexpr bool aggregate = L::aggregate;
    static constexpr std::size_t params = L::params + 1;
    L left;
    Value<std::optional<T>> right;
    constexpr Binary(L l, Value<std::optional<T>> r) : left(std::move(l)), right(std::move(r)) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        const sql::Expr* l = left.describe(scope);
        if (right.stored) return scope.tree().make(Operator, {l, right.describe(scope)});
        return scope.tree().make(Operator == sql::Op::eq ? sql::Op::is_null : sql::Op::is_not_null, {l});
    }
    void bind(Params& p) const {
        left.bind(p);
        p.branch(right.stored.has_value());
        if (right.stored) right.bind(p);
    }
};

template <sql::Op Operator, class L, class V = bool>
struct Unary : Fluent<Unary<Operator, L, V>> {
    using orm_root = typename L::orm_root;
    using orm_outer = typename L::orm_outer;
    using orm_value = V;
    static constexpr bool aggregate = L::aggregate;
    static constexpr std::size_t params = L::params;
    L left;
    constexpr explicit Unary(L l) : left(std::move(l)) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* node = scope.tree().make(Operator, {left.describe(scope)});
        if constexpr (Operator == sql::Op::negate) node->type = &type_info<remove_optional<V>>;
        return node;
    }
    void bind(Params& p) const { left.bind(p); }
};

namespace detail {

/// Whether a condition can be NULL, as far as its type tells; a node that is not known here may be.
template <class E>
inline constexpr bool may_be_null = is_optional<typename E::orm_value> || std::is_same_v<typename E::orm_value, bool>;
template <auto... Path>
inline constexpr bool may_be_null<Column<Path...>> = Column<Path...>::nullable;
template <std::size_t Nth, auto... Path>
inline constexpr bool may_be_null<OuterColumn<Nth, Path...>> = OuterColumn<Nth, Path...>::inner::nullable;
template <class T>
inline constexpr bool may_be_null<Value<T>> = is_optional<T>;
template <sql::Op Operator, class L, class R, class V>
inline constexpr bool may_be_null<Binary<Operator, L, R, V>> = is_optional<V> || (Operator != sql::Op::same &&
                                                                                  Operator != sql::Op::not_same &&
                                                                                  (may_be_null<L> || may_be_null<R>));
// Compared with a std::optional value: `IS NULL`, or `=` with a value.
template <sql::Op Operator, class L, class T>
requires(Operator == sql::Op::eq ||
         Operator ==
             sql::Op::ne) inline constexpr bool may_be_null<Binary<Operator, L, Value<std::optional<T>>, bool>> =
    may_be_null<L>;
template <sql::Op Operator, class L, class V>
inline constexpr bool may_be_null<Unary<Operator, L, V>> =
    Operator != sql::Op::is_null&& Operator != sql::Op::is_not_null&& may_be_null<L>;

/// That the condition does not hold: it is false, or NULL.
template <class E>
constexpr auto does_not_hold(const E& condition) {
    return Unary < may_be_null<E> ? sql::Op::is_not_true : sql::Op::not_, E > (condition);
}

}  // namespace detail

/// An expression with a direction, for order_by.
/// Without nulls_first() or nulls_last(), NULLs stand where the database puts them: first on SQLite, last on
/// PostgreSQL, and the other way round in a descending order.
template <class E, bool Descending, sql::OrderBy::Nulls Nulls = sql::OrderBy::Nulls::unspecified>
struct Ordered {
    E expression;
    constexpr auto nulls_first() const { return Ordered<E, Descending, sql::OrderBy::Nulls::first>{expression}; }
    constexpr auto nulls_last() const { return Ordered<E, Descending, sql::OrderBy::Nulls::last>{expression}; }
};

namespace detail {

template <sql::Op Operator, class L, class R>
constexpr auto compare(const L& l, const R& r) {
    static_assert(
        Operator == sql::Op::eq || Operator == sql::Op::ne || !IsVector<remove_optional<typename L::orm_value>>::value,
        "orm: arrays have no order that both databases share; compare orm::array_length, or ask what they "
        "contain: orm::array_contains");
    if constexpr (std::is_same_v<R, std::nullopt_t>) {
        static_assert(Check<L, R>::value);
        return Unary < Operator == sql::Op::eq ? sql::Op::is_null : sql::Op::is_not_null, L > (l);
    } else {
        auto value = operand<L>(r);
        constexpr bool both_nullable = Expression<R> && (Operator == sql::Op::eq || Operator == sql::Op::ne) && [] {
            if constexpr (Expression<R>)
                return is_optional<typename L::orm_value> && is_optional<typename R::orm_value>;
            else
                return false;
        }();
        constexpr sql::Op chosen = !both_nullable            ? Operator
                                   : Operator == sql::Op::eq ? sql::Op::same
                                                             : sql::Op::not_same;
        if constexpr (!Expression<R> && std::is_enum_v<typename decltype(value)::orm_value>)
            return Binary<chosen, L, Choice<typename decltype(value)::orm_value>>(l, Choice(value.stored));
        else
            return Binary<chosen, L, decltype(value)>(l, std::move(value));
    }
}

template <class L>
consteval bool is_condition() {
    return std::is_same_v<remove_optional<typename L::orm_value>, bool>;
}

template <sql::Op Operator, class L, class R>
constexpr auto combine(const L& l, const R& r) {
    static_assert(is_condition<L>() && is_condition<R>(), "orm: && || and ! combine conditions, not values");
    return Binary<Operator, L, R>(l, r);
}

}  // namespace detail

// Comparison and logic; arithmetic.hpp calculates. The left side, or the right one, is an expression.
template <Expression L, class R>
constexpr auto operator==(const L& l, const R& r) {
    return detail::compare<sql::Op::eq>(l, r);
}
template <Expression L, class R>
constexpr auto operator!=(const L& l, const R& r) {
    return detail::compare<sql::Op::ne>(l, r);
}
template <Expression L, class R>
constexpr auto operator<(const L& l, const R& r) {
    return detail::compare<sql::Op::lt>(l, r);
}
template <Expression L, class R>
constexpr auto operator<=(const L& l, const R& r) {
    return detail::compare<sql::Op::le>(l, r);
}
template <Expression L, class R>
constexpr auto operator>(const L& l, const R& r) {
    return detail::compare<sql::Op::gt>(l, r);
}
template <Expression L, class R>
constexpr auto operator>=(const L& l, const R& r) {
    return detail::compare<sql::Op::ge>(l, r);
}
template <Expression L, Expression R>
constexpr auto operator&&(const L& l, const R& r) {
    return detail::combine<sql::Op::and_>(l, r);
}
template <Expression L, Expression R>
constexpr auto operator||(const L& l, const R& r) {
    return detail::combine<sql::Op::or_>(l, r);
}
template <Expression L>
constexpr auto operator!(const L& l) {
    static_assert(detail::is_condition<L>(), "orm: && || and ! combine conditions, not values");
    return Unary<sql::Op::not_, L>(l);
}
}  // namespace orm
