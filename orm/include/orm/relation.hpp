/// Relations as handles: the reverse of a foreign key, both directions of a many-to-many, and what can be asked of them
/// inside a query. Each count or test is a subquery of its own, so two of them never multiply each other.
///
///     inline constexpr auto registrations = orm::reverse<&EventRegistration::event>;      // the related_name
///     auto held = orm::count(registrations.where(f<&R::status>.in(seat_holding)));
///     auto mine = orm::exists(registrations.where(f<&R::user> == user.id));
///     auto invited = orm::exists(orm::related_set<&E::special_users>.where(f<&User::id> == user.id));
#pragma once

#include "orm/operands.hpp"

namespace orm {

namespace detail {

/// Between an owner row and its related rows: how to link a subquery to the row of the query around it.
template <auto Pointer>
struct ReverseForeignKey {
    using member = remove_optional<type_of_member<Pointer>>;
    using owner = typename member::model;    ///< the model that is pointed at
    using model = model_of_member<Pointer>;  ///< the rows that we get
    /// The condition that ties `inner` (over `model`) to the row of `owner` around it.
    static const sql::Expr* link(sql::Scope& inner) {
        return inner.tree().make(sql::Op::eq, {owner_key(inner), outer_key(inner)});
    }
    /// The owner's key as seen from `inner`.
    static const sql::Expr* owner_key(sql::Scope& inner) {
        static const std::string column = std::string(member_name<Pointer>) + "_id";
        return inner.column(&info<model>, {}, column, type_info<Id<owner>>);
    }
    static const sql::Expr* outer_key(sql::Scope& inner) {
        return inner.column(&info<owner>, {}, info<owner>().key().column, type_info<Id<owner>>, 1);
    }
};

/// Forward: from the model with the member to the other one. Otherwise back.
template <auto Pointer, bool Forward>
struct ManyToManySide {
    using from = model_of_member<Pointer>;
    using to = typename type_of_member<Pointer>::model;
    using owner = std::conditional_t<Forward, from, to>;
    using model = std::conditional_t<Forward, to, from>;
    static const ManyToManyInfo& table() { return info<from>().get_many_to_many(member_name<Pointer>); }
    static const sql::Expr* owner_key(sql::Scope& inner) {
        const ManyToManyInfo& m = table();
        const std::string to_column = m.to_column();
        const sql::Source* through = inner.join_through(m.table, Forward ? to_column : m.from_column);
        return inner.column_of(through, Forward ? m.from_column : to_column, &type_info<Id<owner>>);
    }
    static const sql::Expr* outer_key(sql::Scope& inner) {
        return inner.column(&info<owner>, {}, info<owner>().key().column, type_info<Id<owner>>, 1);
    }
    static const sql::Expr* link(sql::Scope& inner) {
        const sql::Expr* key = owner_key(inner);
        return inner.tree().make(sql::Op::eq, {key, outer_key(inner)});
    }
};

struct NoExpression {
    using orm_outer = Models<>;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 0;
    void bind(Params&) const {}
};

template <class E>
struct RootOf {
    using type = void;
};
template <Expression E>
struct RootOf<E> {
    using type = typename E::orm_root;
};
template <class E>
using root_of = typename RootOf<E>::type;

template <class Link, class Condition>
struct FilteredRelation {
    using link = Link;
    using owner = typename Link::owner;
    using model = typename Link::model;
    Condition condition;
    template <Expression More>
    constexpr auto where(More more) const {
        auto both = condition && more;
        return FilteredRelation<Link, decltype(both)>{both};
    }
};

template <class Link>
struct RelationHandle {
    using link = Link;
    using owner = typename Link::owner;
    using model = typename Link::model;
    /// Only the related rows for which `condition` holds.
    template <Expression Condition>
    constexpr auto where(Condition condition) const {
        static_assert(
            std::is_void_v<typename Condition::orm_root> || std::is_same_v<typename Condition::orm_root, model>,
            "orm: the condition of a relation is about the related model's fields");
        static_assert(!Condition::aggregate,
                      "orm: the condition of a relation tests each related row; an aggregate of them is "
                      "orm::count(relation) > 2");
        return FilteredRelation<Link, Condition>{condition};
    }
};

template <class T>
concept RelationLike = requires {
    typename T::link;
    typename T::owner;
};

template <class R>
struct ConditionOf {
    using type = NoExpression;
    static type get(const R&) { return {}; }
};
template <class Link, class C>
struct ConditionOf<FilteredRelation<Link, C>> {
    using type = C;
    static const C& get(const FilteredRelation<Link, C>& r) { return r.condition; }
};

}  // namespace detail

template <auto Pointer>
struct Reverse : detail::RelationHandle<detail::ReverseForeignKey<Pointer>> {
    static constexpr auto pointer = Pointer;
    static constexpr bool one_to_one = remove_optional<type_of_member<Pointer>>::one_to_one;
};

/// The rows whose foreign key names this row: `orm::reverse<&EventRegistration::event>`.
template <auto Pointer>
inline constexpr auto reverse = [] {
    if constexpr (is_many_to_many<type_of_member<Pointer>>)
        return detail::RelationHandle<detail::ManyToManySide<Pointer, false>>{};
    else
        return Reverse<Pointer>{};
}();

/// The rows at the other side of a many-to-many: `orm::related_set<&MeetupEvent::special_users>`.
template <auto Pointer>
inline constexpr detail::RelationHandle<detail::ManyToManySide<Pointer, true>> related_set{};

namespace detail {

/// count, sum, exists … over a relation: a correlated scalar subquery.
template <Literal Function, class V, class Relation, class Argument, bool Distinct = false>
struct RelationAggregate : Fluent<RelationAggregate<Function, V, Relation, Argument, Distinct>> {
    using link = typename Relation::link;
    using condition = ConditionOf<Relation>;
    using orm_root = typename Relation::owner;
    using needed = typename ConcatModels<typename condition::type::orm_outer, typename Argument::orm_outer>::type;
    /// The related row is there for what is nested in the condition.
    using orm_outer =
        typename RemoveModel<typename FromAround<typename RemoveModel<needed, typename Relation::model>::type>::type,
                             orm_root>::type;
    using orm_value = V;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = condition::type::params + Argument::params;
    static_assert(
        std::is_void_v<root_of<Argument>> || std::is_same_v<root_of<Argument>, typename Relation::model>,
        "orm: an aggregate of related rows takes a field of theirs: orm::sum(relation, f<&Related::field>); a "
        "field of the own row is orm::outer<&Model::field>");
    Relation relation;
    Argument argument;
    constexpr RelationAggregate(Relation r, Argument a) : relation(std::move(r)), argument(std::move(a)) {}

    /// Narrows the relation: orm::count(registrations).where(...).
    template <Expression Condition>
    constexpr auto where(Condition more) const {
        auto narrowed = relation.where(more);
        return RelationAggregate<Function, V, decltype(narrowed), Argument, Distinct>(narrowed, argument);
    }
    /// Each value once: orm::count(registrations, f<&R::user>).distinct().
    constexpr auto distinct() const {
        static_assert(
            !std::is_same_v<Argument, NoExpression>,
            "orm: distinct() counts different values; name the field: orm::count(relation, field).distinct()");
        return RelationAggregate<Function, V, Relation, Argument, true>(relation, argument);
    }

    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Tree& tree = scope.tree();
        sql::Scope inner(tree, info<typename Relation::model>(), &scope);
        inner.select().where.push_back(link::link(inner));
        if constexpr (!std::is_same_v<typename condition::type, NoExpression>)
            inner.select().where.push_back(condition::get(relation).describe(inner));
        if constexpr (Function.view() == "exists") {
            inner.leave_out_far_table();
            sql::Expr* result = tree.make(sql::Op::exists);
            result->select = &inner.select();
            return result;
        } else {
            sql::Expr* call = tree.make(sql::Op::aggregate);
            call->text = Function.view();
            call->flag = Distinct;
            call->type = &type_info<remove_optional<V>>;
            if constexpr (!std::is_same_v<Argument, NoExpression>) call->args = {argument.describe(inner)};
            inner.select().outputs.push_back({call, {}});
            inner.leave_out_far_table();
            sql::Expr* result = tree.make(sql::Op::scalar);
            result->select = &inner.select();
            return result;
        }
    }
    void bind(Params& p) const {
        if constexpr (!std::is_same_v<typename condition::type, NoExpression>) condition::get(relation).bind(p);
        argument.bind(p);
    }
};

template <Literal Function, class V, class Relation, class Argument, bool Distinct>
inline constexpr bool may_be_null<RelationAggregate<Function, V, Relation, Argument, Distinct>> = is_optional<V>;

/// An aggregate over the rows of a group, or of the whole query.
template <Literal Function, class V, class Argument, class Filter, bool Distinct>
struct Aggregate : Fluent<Aggregate<Function, V, Argument, Filter, Distinct>> {
    using orm_root = typename CommonRoot<root_of<Argument>, root_of<Filter>>::type;
    using orm_outer = typename ConcatModels<typename Argument::orm_outer, typename Filter::orm_outer>::type;
    using orm_value = V;
    static constexpr bool aggregate = true;
    static constexpr std::size_t params = Argument::params + Filter::params;
    static_assert(of_single_rows<Argument> && of_single_rows<Filter>,
                  "orm: an aggregate takes a value of each row, not another aggregate or a window; aggregate the rows "
                  "of an orm::cte that holds those");
    Argument argument;
    Filter filter;
    constexpr Aggregate(Argument a, Filter f) : argument(std::move(a)), filter(std::move(f)) {}

    /// Only the rows for which `condition` holds (SQL's FILTER).
    template <Expression Condition>
    constexpr auto where(Condition condition) const {
        return Aggregate<Function, V, Argument, Condition, Distinct>(argument, condition);
    }
    constexpr auto distinct() const { return Aggregate<Function, V, Argument, Filter, true>(argument, filter); }

    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* call = scope.tree().make(sql::Op::aggregate);
        call->text = Function.view();
        call->flag = Distinct;
        call->type = &type_info<remove_optional<V>>;
        if constexpr (!std::is_same_v<Argument, NoExpression>) call->args = {argument.describe(scope)};
        if constexpr (!std::is_same_v<Filter, NoExpression>) call->filter = filter.describe(scope);
        return call;
    }
    void bind(Params& p) const {
        argument.bind(p);
        filter.bind(p);
    }
};

/// Of many rows there is more than a column holds.
template <class T>
struct Summed {
    static_assert(category<T>() == Category::number || category<T>() == Category::duration,
                  "orm: sum and avg take numbers and durations; count takes anything");
    using type = std::conditional_t<std::integral<T>, std::int64_t, T>;
};
template <int Digits, int Scale>
struct Summed<Decimal<Digits, Scale>> {
    using type = Decimal<18, Scale>;
};
template <class E>
consteval void check_ordered() {
    static_assert(category<remove_optional<typename E::orm_value>>() != Category::json,
                  "orm: min and max do not take documents; take a value out of them with orm::json_text");
    static_assert(!IsVector<remove_optional<typename E::orm_value>>::value,
                  "orm: min and max do not take arrays; take orm::array_length of them");
    static_assert(category<remove_optional<typename E::orm_value>>() != Category::boolean,
                  "orm: min and max do not take truth values; ask orm::exists of the related rows, or "
                  "orm::count().where(condition)");
}
template <class E>
using summed = typename Summed<remove_optional<typename E::orm_value>>::type;
template <class E>
using averaged =
    std::conditional_t<std::is_same_v<summed<E>, std::chrono::microseconds>, std::chrono::microseconds, double>;

}  // namespace detail

/// How many related rows; std::int64_t.
template <detail::RelationLike Relation>
constexpr auto count(Relation relation) {
    return detail::RelationAggregate<"count", std::int64_t, Relation, detail::NoExpression>(relation, {});
}
/// How many related rows have a value in the field; with .distinct(), how many different ones.
template <detail::RelationLike Relation, Expression E>
constexpr auto count(Relation relation, E field) {
    return detail::RelationAggregate<"count", std::int64_t, Relation, E>(relation, field);
}
/// Whether there is a related row.
template <detail::RelationLike Relation>
constexpr auto exists(Relation relation) {
    return detail::RelationAggregate<"exists", bool, Relation, detail::NoExpression>(relation, {});
}
/// Aggregates of a field of the related rows; empty (NULL) where there is no row.
template <detail::RelationLike Relation, Expression E>
constexpr auto sum(Relation relation, E field) {
    using V = detail::summed<E>;
    return detail::RelationAggregate<"sum", std::optional<V>, Relation, E>(relation, field);
}
template <detail::RelationLike Relation, Expression E>
constexpr auto max(Relation relation, E field) {
    detail::check_ordered<E>();
    return detail::RelationAggregate<"max", std::optional<remove_optional<typename E::orm_value>>, Relation, E>(
        relation, field);
}
template <detail::RelationLike Relation, Expression E>
constexpr auto min(Relation relation, E field) {
    detail::check_ordered<E>();
    return detail::RelationAggregate<"min", std::optional<remove_optional<typename E::orm_value>>, Relation, E>(
        relation, field);
}
template <detail::RelationLike Relation, Expression E>
constexpr auto avg(Relation relation, E field) {
    return detail::RelationAggregate<"avg", std::optional<detail::averaged<E>>, Relation, E>(relation, field);
}

/// Aggregates over the rows of a group_by, or of a whole query (db.aggregate).
constexpr auto count() {
    return detail::Aggregate<"count", std::int64_t, detail::NoExpression, detail::NoExpression, false>({}, {});
}
template <Expression E>
constexpr auto count(E field) {
    return detail::Aggregate<"count", std::int64_t, E, detail::NoExpression, false>(field, {});
}
template <Expression E>
constexpr auto sum(E field) {
    using V = detail::summed<E>;
    return detail::Aggregate<"sum", std::optional<V>, E, detail::NoExpression, false>(field, {});
}
template <Expression E>
constexpr auto avg(E field) {
    return detail::Aggregate<"avg", std::optional<detail::averaged<E>>, E, detail::NoExpression, false>(field, {});
}
template <Expression E>
constexpr auto min(E field) {
    detail::check_ordered<E>();
    return detail::Aggregate<"min", std::optional<remove_optional<typename E::orm_value>>, E, detail::NoExpression,
                             false>(field, {});
}
template <Expression E>
constexpr auto max(E field) {
    detail::check_ordered<E>();
    return detail::Aggregate<"max", std::optional<remove_optional<typename E::orm_value>>, E, detail::NoExpression,
                             false>(field, {});
}

}  // namespace orm
