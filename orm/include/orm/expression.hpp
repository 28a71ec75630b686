/// Fields, values and operators: typed expression templates whose type decides the SQL text. Values are bound
/// parameters.
///
///     using E = MeetupEvent;
///     auto open = f<&E::is_published> && f<&E::event_date> >= orm::now;
///     auto city = f<&E::venue, &Venue::city> == "Remich";          // over a relation: a JOIN
///     auto some = f<&E::event_type>.in(types) || f<&E::title>.icontains("wine");
///
/// A comparison of types that do not go together does not compile; the message names both sides.
#pragma once

#include <initializer_list>
#include <ranges>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "orm/sql.hpp"

namespace orm {

/// Where an expression's parameters go when a query runs: pointers to the values, in the order of their numbers.
struct Params {
    Param* next = nullptr;
    std::uint64_t shape = 1;  ///< which of a type's texts this query needs (optional stages, NULL values)
    Timestamp now{};
    void add(const TypeInfo& type, const void* value) { *next++ = Param{&type, value}; }
    void branch(bool taken) { shape = shape * 2 + (taken ? 1 : 0); }
    const Timestamp* current_time() {
        if (now == Timestamp{}) now = utc_now();
        return &now;
    }
};

/// A list of models whose rows an expression needs from an enclosing query.
template <class... Ms>
struct Models {};

namespace detail {

template <class A, class B>
struct ConcatModels;
template <class... A, class... B>
struct ConcatModels<Models<A...>, Models<B...>> {
    using type = Models<A..., B...>;
};
template <class List, class M>
struct RemoveModel;
template <class M>
struct RemoveModel<Models<>, M> {
    using type = Models<>;
};
template <class First, class... Rest, class M>
struct RemoveModel<Models<First, Rest...>, M> {
    using tail = typename RemoveModel<Models<Rest...>, M>::type;
    using type = std::conditional_t<std::is_same_v<First, M>, tail, typename ConcatModels<Models<First>, tail>::type>;
};

template <class L, class R>
struct CommonRoot {
    static_assert(std::is_void_v<L> || std::is_void_v<R> || std::is_same_v<L, R>,
                  "orm: fields of two different models in one expression; reach the other model through a relation "
                  "(f<&A::relation, &B::field>) or, inside a subquery, through orm::outer<&Model::field>");
    using type = std::conditional_t<std::is_void_v<L>, R, L>;
};

}  // namespace detail

template <class T>
concept Expression = requires {
    typename T::orm_root;
    typename T::orm_value;
};

template <class D>
struct Fluent;

/// The reverse direction of a one-to-one as a step in a path; see orm::reverse in relation.hpp.
template <auto Pointer>
struct Reverse;

namespace detail {

template <class T>
inline constexpr bool is_reverse = false;
template <auto Pointer>
inline constexpr bool is_reverse<Reverse<Pointer>> = true;

/// A step of a path: a foreign key's member pointer, or the reverse of a one-to-one.
template <auto Step>
struct Step_ {
    using member = remove_optional<type_of_member<Step>>;
    static_assert(ForeignKeyType<member>, "orm: only a foreign key or a one-to-one leads to another model");
    using from = model_of_member<Step>;
    using to = typename member::model;
    static constexpr bool nullable = is_optional<type_of_member<Step>>;
    static sql::Hop hop() {
        static const std::string column = std::string(member_name<Step>) + "_id";
        return {&info<to>, column, {}, nullable};
    }
};
template <auto Step>
requires is_reverse<std::remove_cv_t<decltype(Step)>>
struct Step_<Step> {
    using reverse = std::remove_cv_t<decltype(Step)>;
    static_assert(reverse::one_to_one,
                  "orm: only the reverse of a one-to-one leads to a single row; use orm::prefetch");
    using from = typename reverse::owner;
    using to = typename reverse::model;
    static constexpr bool nullable = true;
    static sql::Hop hop() {
        static const std::string column = std::string(member_name<reverse::pointer>) + "_id";
        return {&info<to>, {}, column, true};
    }
};

template <class T>
struct ColumnValue {
    using type = T;
};
template <ForeignKeyType T>
struct ColumnValue<T> {
    using type = Id<typename T::model>;
};

template <auto... Path>
struct PathOf;
template <auto Last>
struct PathOf<Last> {
    static_assert(!is_reverse<std::remove_cv_t<decltype(Last)>>, "orm: a path ends in a field");
    using root = model_of_member<Last>;
    using end_model = root;
    static constexpr bool nullable = false;
    static constexpr auto last = Last;
    static void hops(std::vector<sql::Hop>&) {}
};
template <auto First, auto... Rest>
requires(sizeof...(Rest) > 0) struct PathOf<First, Rest...> {
    using step = Step_<First>;
    using rest = PathOf<Rest...>;
    static_assert(std::is_same_v<typename step::to, typename rest::root>,
                  "orm: a step of this path leads to another model than the next step starts from");
    using root = typename step::from;
    static constexpr bool nullable = step::nullable || rest::nullable;
    static constexpr auto last = rest::last;
    static void hops(std::vector<sql::Hop>& out) {
        out.push_back(step::hop());
        rest::hops(out);
    }
};

template <auto Pointer>
std::string column_name() {
    std::string name(member_name<Pointer>);
    if constexpr (ForeignKeyType<remove_optional<type_of_member<Pointer>>>) name += "_id";
    return name;
}

template <bool Outer, auto... Path>
const sql::Expr* describe_column(sql::Scope& scope) {
    using P = PathOf<Path...>;
    static const std::string column = column_name<P::last>();
    std::vector<sql::Hop> hops;
    P::hops(hops);
    using T = remove_optional<type_of_member<P::last>>;
    return scope.column(&info<typename P::root>, hops, column, type_info<T>, Outer);
}

}  // namespace detail

/// A field of a model, or of one that it is related to: `f<&MeetupEvent::venue, &Venue::city>`.
template <auto... Path>
struct Column : Fluent<Column<Path...>> {
    using path = detail::PathOf<Path...>;
    using member = type_of_member<path::last>;
    using base_value = typename detail::ColumnValue<remove_optional<member>>::type;
    static_assert(!is_many_to_many<base_value>, "orm: a many-to-many is a relation, not a field; use orm::related_set");
    static constexpr bool nullable = is_optional<member> || path::nullable;
    using orm_root = typename path::root;
    using orm_outer = Models<>;
    using orm_value = std::conditional_t<nullable, std::optional<base_value>, base_value>;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 0;
    const sql::Expr* describe(sql::Scope& scope) const { return detail::describe_column<false, Path...>(scope); }
    void bind(Params&) const {}
};

template <auto... Path>
inline constexpr Column<Path...> f{};

/// A field of the row of an enclosing query, for use inside a subquery (Django's OuterRef).
template <auto... Path>
struct OuterColumn : Fluent<OuterColumn<Path...>> {
    using path = detail::PathOf<Path...>;
    using inner = Column<Path...>;
    using orm_root = void;
    using orm_outer = Models<typename path::root>;
    using orm_value = typename inner::orm_value;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 0;
    const sql::Expr* describe(sql::Scope& scope) const { return detail::describe_column<true, Path...>(scope); }
    void bind(Params&) const {}
};
template <auto... Path>
inline constexpr OuterColumn<Path...> outer{};

/// A bound value.
template <class T>
struct Value : Fluent<Value<T>> {
    using orm_root = void;
    using orm_outer = Models<>;
    using orm_value = T;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 1;
    T stored;
    constexpr explicit Value(T v) : stored(std::move(v)) {}
    const sql::Expr* describe(sql::Scope& scope) const { return scope.tree().param(type_info<T>, &stored); }
    void bind(Params& p) const { p.add(type_info<T>, &stored); }
};
/// A bound value that may be NULL.
template <class T>
struct Value<std::optional<T>> : Fluent<Value<std::optional<T>>> {
    using orm_root = void;
    using orm_outer = Models<>;
    using orm_value = std::optional<T>;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 1;
    std::optional<T> stored;
    constexpr explicit Value(std::optional<T> v) : stored(std::move(v)) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        return scope.tree().param(type_info<T>, stored ? &*stored : nullptr);
    }
    void bind(Params& p) const { p.add(type_info<T>, stored ? &*stored : nullptr); }
};

/// A text known at compile time, written into the SQL itself: for conditions in a model's meta(), which cannot hold a
/// std::string, and for queries that a partial index with that condition shall answer (SQLite does not look into
/// parameters): orm::unique<&E::code>.where(f<&E::code> != orm::text<"">).
template <detail::Literal Text>
struct TextConstant : Fluent<TextConstant<Text>> {
    using orm_root = void;
    using orm_outer = Models<>;
    using orm_value = std::string;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 0;
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* literal = scope.tree().make(sql::Op::literal);
        literal->text = "'";
        for (const char c : Text.view()) literal->text += c == '\'' ? "''" : std::string(1, c);
        literal->text += '\'';
        return literal;
    }
    void bind(Params&) const {}
};
template <detail::Literal Text>
inline constexpr TextConstant<Text> text{};

namespace detail {

enum class Category { text, number, boolean, timestamp, date, json, other };
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
        return scope.tree().make(Operator, {l, right.describe(scope)});
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
    const sql::Expr* describe(sql::Scope& scope) const { return scope.tree().make(Operator, {left.describe(scope)}); }
    void bind(Params& p) const { left.bind(p); }
};

/// An expression with a direction, for order_by.
template <class E, bool Descending>
struct Ordered {
    E expression;
};

namespace detail {

template <sql::Op Operator, class L, class R>
constexpr auto compare(const L& l, const R& r) {
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

template <class A, class B>
consteval auto arithmetic_type() {
    using X = remove_optional<A>;
    using Y = remove_optional<B>;
    if constexpr (is_decimal<X> || std::is_same_v<X, double>)
        return std::type_identity<X>{};
    else if constexpr (is_decimal<Y> || std::is_same_v<Y, double>)
        return std::type_identity<Y>{};
    else if constexpr (std::integral<X> && std::integral<Y>)
        return std::type_identity<std::conditional_t<(sizeof(X) >= sizeof(Y)), X, Y>>{};
    else
        return std::type_identity<X>{};
}
template <sql::Op Operator, class L, class R>
constexpr auto arithmetic(const L& l, const R& r) {
    static_assert(category<remove_optional<typename L::orm_value>>() == Category::number,
                  "orm: + - * / % work on numbers; use orm::concat for text");
    auto value = operand<L>(r);
    using V = typename decltype(arithmetic_type<typename L::orm_value, typename decltype(value)::orm_value>())::type;
    constexpr bool nullable = is_optional<typename L::orm_value> || is_optional<typename decltype(value)::orm_value>;
    return Binary<Operator, L, decltype(value), std::conditional_t<nullable, std::optional<V>, V>>(l, std::move(value));
}

}  // namespace detail

// Comparison, logic and arithmetic. The left side, or the right one, is an expression.
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
template <Expression L, class R>
constexpr auto operator+(const L& l, const R& r) {
    return detail::arithmetic<sql::Op::add>(l, r);
}
template <Expression L, class R>
constexpr auto operator-(const L& l, const R& r) {
    return detail::arithmetic<sql::Op::subtract>(l, r);
}
template <Expression L, class R>
constexpr auto operator*(const L& l, const R& r) {
    return detail::arithmetic<sql::Op::multiply>(l, r);
}
template <Expression L, class R>
constexpr auto operator/(const L& l, const R& r) {
    return detail::arithmetic<sql::Op::divide>(l, r);
}
template <Expression L, class R>
constexpr auto operator%(const L& l, const R& r) {
    return detail::arithmetic<sql::Op::modulo>(l, r);
}

/// What every expression can be asked.
template <class D>
struct Fluent {
    constexpr const D& self() const { return static_cast<const D&>(*this); }
    constexpr auto is_null() const { return self() == std::nullopt; }
    constexpr auto is_not_null() const { return self() != std::nullopt; }
    constexpr auto desc() const { return Ordered<D, true>{self()}; }
    constexpr auto asc() const { return Ordered<D, false>{self()}; }

    /// One of the values of a range; the whole range is one parameter. An empty range matches nothing.
    template <std::ranges::input_range Range>
    requires(!std::is_convertible_v<Range, std::string_view>) auto in(const Range& values) const {
        return among<sql::Op::in_array>(values);
    }
    template <class T>
    auto in(std::initializer_list<T> values) const {
        return among<sql::Op::in_array>(values);
    }
    template <std::ranges::input_range Range>
    requires(!std::is_convertible_v<Range, std::string_view>) auto not_in(const Range& values) const {
        return among<sql::Op::not_in_array>(values);
    }
    template <class T>
    auto not_in(std::initializer_list<T> values) const {
        return among<sql::Op::not_in_array>(values);
    }

    /// low <= value <= high
    template <class Low, class High>
    constexpr auto between(const Low& low, const High& high) const {
        return self() >= low && self() <= high;
    }

    /// Text tests; `i` forms ignore case. The value is taken literally: % and _ have no meaning.
    auto contains(std::string_view text) const { return text_test<sql::Op::contains>(text); }
    auto icontains(std::string_view text) const { return text_test<sql::Op::icontains>(text); }
    auto starts_with(std::string_view text) const { return text_test<sql::Op::starts_with>(text); }
    auto istarts_with(std::string_view text) const { return text_test<sql::Op::istarts_with>(text); }
    auto ends_with(std::string_view text) const { return text_test<sql::Op::ends_with>(text); }
    auto iends_with(std::string_view text) const { return text_test<sql::Op::iends_with>(text); }
    auto iexact(std::string_view text) const { return text_test<sql::Op::iexact>(text); }

  private:
    template <sql::Op Operator>
    auto text_test(std::string_view text) const {
        static_assert(detail::category<remove_optional<typename D::orm_value>>() == detail::Category::text,
                      "orm: contains, starts_with and their kin test text fields");
        return Binary<Operator, D, Value<std::string>>(self(), Value<std::string>(std::string(text)));
    }
    template <sql::Op Operator, class Range>
    auto among(const Range& values) const {
        using Item = std::decay_t<decltype(*std::ranges::begin(values))>;
        static_assert(detail::Check<D, Item>::value);
        using T = detail::param_type_t<remove_optional<typename D::orm_value>, Item>;
        std::vector<T> items;
        if constexpr (std::ranges::sized_range<Range>) items.reserve(std::ranges::size(values));
        for (const auto& item : values) items.push_back(detail::convert_param<T>(item));
        return Binary<Operator, D, Value<std::vector<T>>>(self(), Value<std::vector<T>>(std::move(items)));
    }
};

/// The current time, taken once per query run.
struct Now : Fluent<Now> {
    using orm_root = void;
    using orm_outer = Models<>;
    using orm_value = Timestamp;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 1;
    const sql::Expr* describe(sql::Scope& scope) const { return scope.tree().param(type_info<Timestamp>, nullptr); }
    void bind(Params& p) const { p.add(type_info<Timestamp>, p.current_time()); }
};
inline constexpr Now now{};

/// A C++ value as an expression.
template <class T>
constexpr auto value(T v) {
    if constexpr (std::is_convertible_v<T, std::string_view>)
        return Value<std::string>(std::string(std::string_view(v)));
    else
        return Value<T>(std::move(v));
}

namespace detail {
template <class E>
std::string portable_sql(const E& expression) {
    sql::Tree tree;
    using Root = typename E::orm_root;
    static_assert(!std::is_void_v<Root>, "orm: an index or check needs a field of its model");
    // A model's description is still being built when its own indexes and checks are rendered: only its name is needed.
    sql::Scope scope(tree);
    return sql::render_portable(*expression.describe(scope));
}
}  // namespace detail

}  // namespace orm
