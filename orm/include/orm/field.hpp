/// Fields of models, bound values, and the paths that lead to them over relations: the leaves of expressions.
///
///     orm::f<&Event::title>                       // Column: a field
///     orm::f<&Event::venue, &Venue::city>         // over a foreign key: a JOIN
///     orm::outer<&Event::id>                      // of the row of the query around a subquery
///     orm::text<"Remich">                         // a text constant, for conditions in meta()
#pragma once

#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "orm/sql.hpp"

namespace orm {

/// Which of a type's texts a query needs.
struct Shape {
    std::uint64_t branches = 1;  ///< optional stages, NULL values
    std::uint64_t literals = 0;  ///< values that stand in the text itself: choices, small limits
    bool once = false;           ///< of a text that is not kept, so that callers cannot make a process have ever more
    bool operator==(const Shape&) const = default;
};

/// Where an expression's parameters go when a query runs: pointers to the values, in the order of their numbers.
struct Params {
    Params() = default;
    explicit Params(Param* items) : next(items), first(items) {}
    Param* next = nullptr;
    std::uint64_t shape = 1;  ///< Shape::branches
    Timestamp now{};
    std::uint64_t literals = 1;
    bool once = false;          ///< Shape::once
    unsigned literal_bits = 0;  ///< how many more Shape::literals may take; see sql::Tree::take_literal
    const Param* first = nullptr;
    /// Equal values are one parameter from here on, where a query groups or is distinct: PostgreSQL takes an expression
    /// for the grouped or the distinct one only when their parameters are the same. sql::Tree::share_params does the
    /// same for the text, so both must see the same values in the same order.
    bool shares = false;
    void add(const TypeInfo& type, const void* value) {
        if (shares && shared(type, value)) [[unlikely]]
            return;
        *next++ = Param{&type, value};
    }
    void branch(bool taken) {
        if (shape >> 63 != 0) once = true;  // more branches than a shape tells apart: the text is not kept
        shape = shape * 2 + (taken ? 1 : 0);
    }
    /// Notes a value of so many bits that shall stand in the text; false: there is no room, it is a parameter.
    bool literal(unsigned bits, std::uint64_t value) {
        if (bits > literal_bits) return false;
        literal_bits -= bits;
        literals = literals << bits | value;
        return true;
    }
    const Timestamp* current_time() {
        if (now == Timestamp{}) now = utc_now();
        return &now;
    }

  private:
    bool shared(const TypeInfo& type, const void* value);
};

/// A list of models whose rows an expression needs from an enclosing query.
template <class... Ms>
struct Models {};

namespace detail {

/// In such a list: a row of a query around the one that the expression stands in, which cannot supply it itself.
template <class M>
struct Around {};
/// A row of the next query of that model beyond the nearest one.
template <class M>
struct Beyond {};

template <class A, class B>
struct ConcatModels;
template <class... A, class... B>
struct ConcatModels<Models<A...>, Models<B...>> {
    using type = Models<A..., B...>;
};
template <class List, class... More>
struct ConcatAll {
    using type = List;
};
template <class List, class First, class... More>
struct ConcatAll<List, First, More...> {
    using type = typename ConcatAll<typename ConcatModels<List, First>::type, More...>::type;
};
template <class List, class M>
struct RemoveModel;
template <class M>
struct RemoveModel<Models<>, M> {
    using type = Models<>;
};
template <class Needed, class M>
struct Supply {
    using type = Models<Needed>;
};
template <class M>
struct Supply<M, M> {
    using type = Models<>;
};
template <class M>
struct Supply<Beyond<M>, M> {
    using type = Models<M>;
};
template <class M>
struct Supply<Beyond<Beyond<M>>, M> {
    using type = Models<Beyond<M>>;
};
/// What a list still needs where a query of `M` stands around.
template <class First, class... Rest, class M>
struct RemoveModel<Models<First, Rest...>, M> {
    using type =
        typename ConcatModels<typename Supply<First, M>::type, typename RemoveModel<Models<Rest...>, M>::type>::type;
};
template <class Needed>
struct StepOut {
    using type = Needed;
};
template <class M>
struct StepOut<Around<M>> {
    using type = M;
};
template <class List>
struct FromAround;
/// What an expression needs, seen from outside the query that it stands in.
template <class... Ms>
struct FromAround<Models<Ms...>> {
    using type = Models<typename StepOut<Ms>::type...>;
};

template <class L, class R>
struct CommonRoot {
    static_assert(std::is_void_v<L> || std::is_void_v<R> || std::is_same_v<L, R>,
                  "orm: fields of two different models in one expression; reach the other model through a relation "
                  "(f<&A::relation, &B::field>) or, inside a subquery, through orm::outer<&Model::field>");
    using type = std::conditional_t<std::is_void_v<L>, R, L>;
};
/// The one model of many expressions; void where none is about a model.
template <class... Es>
struct RootOfAll {
    using type = void;
};
template <class First, class... Rest>
struct RootOfAll<First, Rest...> {
    using type = typename CommonRoot<typename First::orm_root, typename RootOfAll<Rest...>::type>::type;
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

template <std::size_t Around, auto... Path>
const sql::Expr* describe_column(sql::Scope& scope) {
    using P = PathOf<Path...>;
    static const std::string column = column_name<P::last>();
    std::vector<sql::Hop> hops;
    P::hops(hops);
    using T = remove_optional<type_of_member<P::last>>;
    return scope.column(&info<typename P::root>, hops, column, type_info<T>, Around);
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
    const sql::Expr* describe(sql::Scope& scope) const { return detail::describe_column<0, Path...>(scope); }
    void bind(Params&) const {}
};

template <auto... Path>
inline constexpr Column<Path...> f{};

namespace detail {

template <class M, std::size_t Nth>
struct NthAround {
    using type = Beyond<typename NthAround<M, Nth - 1>::type>;
};
template <class M>
struct NthAround<M, 1> {
    using type = M;
};
template <class M>
struct NthAround<M, 0> {
    using type = M;  // refused below
};

}  // namespace detail

/// A field of the row of an enclosing query, for use inside a subquery (Django's OuterRef): of the `Nth` one, from
/// within, that selects from the field's model.
template <std::size_t Nth, auto... Path>
struct OuterColumn : Fluent<OuterColumn<Nth, Path...>> {
    static_assert(Nth > 0 && Nth <= 3,
                  "orm: outer_of<1, ...> is the nearest query around, outer_of<3, ...> the farthest that can be named; "
                  "the own one's field is orm::f<...>");
    using path = detail::PathOf<Path...>;
    using inner = Column<Path...>;
    using orm_root = void;
    using orm_outer = Models<detail::Around<typename detail::NthAround<typename path::root, Nth>::type>>;
    using orm_value = typename inner::orm_value;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 0;
    const sql::Expr* describe(sql::Scope& scope) const { return detail::describe_column<Nth, Path...>(scope); }
    void bind(Params&) const {}
};
template <auto... Path>
inline constexpr OuterColumn<1, Path...> outer{};
/// The same where several queries around select from the field's model: `outer_of<2, &Topic::name>` is of the second,
/// counted from within.
template <std::size_t Nth, auto... Path>
inline constexpr OuterColumn<Nth, Path...> outer_of{};

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

}  // namespace orm
