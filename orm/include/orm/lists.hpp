/// Aggregates that keep every value: texts joined, values as an array; of a group's rows, or of related rows.
///
///     orm::string_agg(f<&User::username>, ", ").order_by(f<&User::username>.desc()).where(f<&User::is_active>)
///     orm::array_agg(registrations, f<&R::user>).order_by(f<&R::id>.asc())        // std::vector<orm::Id<User>>
///     orm::string_agg(f<&E::title>, "/").distinct()                              // std::optional<std::string>
///
/// NULLs are left out. Without rows a text is NULL and an array is empty. With distinct() only the value itself can be
/// the order. On SQLite these are functions of ours, because its own know no order.
#pragma once

#include "orm/relation.hpp"
#include "orm/stage.hpp"

namespace orm {

namespace detail {

template <class... Es>
struct ListKeys : Pack<Es...> {};
template <class Keys>
struct ListOrder;
template <class... Es>
struct ListOrder<ListKeys<Es...>> {
    template <class V>
    static constexpr bool only_by = (std::is_same_v<typename UnwrapOrder<Es>::expression, V> && ...);
    static constexpr std::size_t params = (0 + ... + UnwrapOrder<Es>::expression::params);
    static_assert(((UnwrapOrder<Es>::nulls == sql::OrderBy::Nulls::unspecified) && ...),
                  "orm: the order of a list has no nulls_first(); filter the NULLs with where(), or use coalesce");
};

/// The call itself, within the rows that it is about.
template <bool Text, class Argument, class Order, bool Distinct>
struct ListCall {
    using element = remove_optional<typename Argument::orm_value>;
    static_assert(!Text || category<element>() == Category::text || std::is_enum_v<element>,
                  "orm: string_agg joins texts; make a text of the field with orm::cast<std::string>(field)");
    static_assert(Text || (!std::is_same_v<element, Json> && !IsVector<element>::value),
                  "orm: array_agg collects single values, not documents or arrays");
    static_assert(!Distinct || ListOrder<Order>::template only_by<Argument>,
                  "orm: distinct() values can only be ordered by the value itself, as no other has one row");
    using value = std::conditional_t<Text, std::optional<std::string>, std::vector<element>>;
    static constexpr std::size_t params = Argument::params + (Text ? 1 : 0) + ListOrder<Order>::params;
    static constexpr bool distinct = Distinct, has_order = !std::is_same_v<Order, ListKeys<>>;
    static_assert(
        of_single_rows<Argument>,
        "orm: a list takes a value of each row, not an aggregate or a window; collect the rows of an orm::cte "
        "that holds those");
    Argument argument;
    Value<std::string> separator;
    Order order;

    sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* call = scope.tree().make(sql::Op::aggregate, {argument.describe(scope)});
        call->text = Text ? "string_agg" : "array_agg";
        call->type = &type_info<remove_optional<value>>;
        call->flag = Distinct;
        if constexpr (Text) call->args.push_back(separator.describe(scope));
        order.each([&](const auto& key) { call->order.push_back(described_order(key, scope)); });
        return call;
    }
    void bind(Params& p) const {
        argument.bind(p);
        if constexpr (Text) separator.bind(p);
        order.each([&]<class T>(const T& key) { UnwrapOrder<T>::get(key).bind(p); });
    }
    template <class... Es>
    constexpr auto ordered(Es... keys) const {
        return ListCall<Text, Argument, ListKeys<Es...>, Distinct>{argument, separator, {{{std::move(keys)}...}}};
    }
    constexpr auto unique() const { return ListCall<Text, Argument, Order, true>{argument, separator, order}; }
};

/// Of the rows of a group, or of the whole query.
template <class Call, class Argument, class Filter>
struct List : Fluent<List<Call, Argument, Filter>> {
    using orm_root = typename CommonRoot<typename Argument::orm_root, root_of<Filter>>::type;
    using orm_outer = typename ConcatModels<typename Argument::orm_outer, typename Filter::orm_outer>::type;
    using orm_value = typename Call::value;
    static constexpr bool aggregate = true;
    static constexpr std::size_t params = Call::params + Filter::params;
    Call call;
    Filter filter;
    constexpr List(Call c, Filter f) : call(std::move(c)), filter(std::move(f)) {}
    template <class... Es>
    constexpr auto order_by(Es... keys) const {
        auto ordered = call.ordered(std::move(keys)...);
        return List<decltype(ordered), Argument, Filter>(std::move(ordered), filter);
    }
    constexpr auto distinct() const {
        auto unique = call.unique();
        return List<decltype(unique), Argument, Filter>(std::move(unique), filter);
    }
    template <Expression Condition>
    constexpr auto where(Condition condition) const {
        return List<Call, Argument, Condition>(call, std::move(condition));
    }
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* node = call.describe(scope);
        if constexpr (!std::is_same_v<Filter, NoExpression>) node->filter = filter.describe(scope);
        return node;
    }
    void bind(Params& p) const {
        call.bind(p);
        filter.bind(p);
    }
};

/// Of the related rows: a correlated subquery.
template <class Call, class Argument, class Relation>
struct RelationList : Fluent<RelationList<Call, Argument, Relation>> {
    using link = typename Relation::link;
    using condition = ConditionOf<Relation>;
    using orm_root = typename Relation::owner;
    using needed = typename ConcatModels<typename condition::type::orm_outer, typename Argument::orm_outer>::type;
    /// The related row is there for what is nested in the condition.
    using orm_outer =
        typename RemoveModel<typename FromAround<typename RemoveModel<needed, typename Relation::model>::type>::type,
                             orm_root>::type;
    using orm_value = typename Call::value;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = condition::type::params + Call::params;
    static_assert(std::is_void_v<root_of<Argument>> || std::is_same_v<root_of<Argument>, typename Relation::model>,
                  "orm: a list of related rows takes a field of theirs: orm::array_agg(relation, f<&Related::field>)");
    Call call;
    Relation relation;
    constexpr RelationList(Call c, Relation r) : call(std::move(c)), relation(std::move(r)) {}
    template <class... Es>
    constexpr auto order_by(Es... keys) const {
        auto ordered = call.ordered(std::move(keys)...);
        return RelationList<decltype(ordered), Argument, Relation>(std::move(ordered), relation);
    }
    constexpr auto distinct() const {
        auto unique = call.unique();
        return RelationList<decltype(unique), Argument, Relation>(std::move(unique), relation);
    }
    template <Expression Condition>
    constexpr auto where(Condition more) const {
        auto narrowed = relation.where(std::move(more));
        return RelationList<Call, Argument, decltype(narrowed)>(call, narrowed);
    }
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Scope inner(scope.tree(), info<typename Relation::model>(), &scope);
        inner.select().where.push_back(link::link(inner));
        if constexpr (!std::is_same_v<typename condition::type, NoExpression>)
            inner.select().where.push_back(condition::get(relation).describe(inner));
        inner.select().outputs.push_back({call.describe(inner), {}});
        inner.leave_out_far_table();
        sql::Expr* result = scope.tree().make(sql::Op::scalar);
        result->select = &inner.select();
        return result;
    }
    void bind(Params& p) const {
        if constexpr (!std::is_same_v<typename condition::type, NoExpression>) condition::get(relation).bind(p);
        call.bind(p);
    }
};

template <bool Text, class E>
constexpr auto list_call(E field, std::string separator) {
    return ListCall<Text, E, ListKeys<>, false>{std::move(field), Value<std::string>(std::move(separator)), {}};
}

}  // namespace detail

template <Expression E>
auto string_agg(E field, std::string separator) {
    auto call = detail::list_call<true>(field, std::move(separator));
    return detail::List<decltype(call), E, detail::NoExpression>(std::move(call), {});
}
template <Expression E>
auto array_agg(E field) {
    auto call = detail::list_call<false>(field, {});
    return detail::List<decltype(call), E, detail::NoExpression>(std::move(call), {});
}
template <detail::RelationLike Relation, Expression E>
auto string_agg(Relation relation, E field, std::string separator) {
    auto call = detail::list_call<true>(field, std::move(separator));
    return detail::RelationList<decltype(call), E, Relation>(std::move(call), relation);
}
template <detail::RelationLike Relation, Expression E>
auto array_agg(Relation relation, E field) {
    auto call = detail::list_call<false>(field, {});
    return detail::RelationList<decltype(call), E, Relation>(std::move(call), relation);
}

}  // namespace orm
