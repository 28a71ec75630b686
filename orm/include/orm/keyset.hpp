/// What pages by key are made of: keys, and the stages that order by them and leave out what lies before a position.
/// See paging.hpp for how they are used.
///
///     detail::KeysetStage<E, false, Column<&E::event_date>, Column<&E::id>>       // the type of pages.after(row)
#pragma once

#include "orm/functions.hpp"
#include "orm/plan.hpp"

namespace orm {

namespace detail {

/// A key and the position's value; null: NULL.
struct KeysetPart {
    const sql::Expr* key = nullptr;
    const sql::Expr* value = nullptr;
    bool descending = false;
    sql::OrderBy::Nulls nulls = sql::OrderBy::Nulls::unspecified;  ///< unspecified: it is never NULL
};
void order_by_keyset(sql::Scope& scope, std::span<const KeysetPart> parts, bool reversed);
void filter_by_keyset(sql::Scope& scope, std::span<const KeysetPart> parts, bool before);

template <class T>
consteval auto key_value() {
    if constexpr (category<T>() == Category::text)
        return std::type_identity<std::string>{};
    else if constexpr (std::integral<T> && !std::is_same_v<T, bool>)
        return std::type_identity<std::int64_t>{};
    else
        return std::type_identity<T>{};
}

template <class E>
struct OwnField {
    static constexpr bool found = false;
};
template <auto Member>
struct OwnField<Column<Member>> {
    static constexpr bool found = true;
    static constexpr auto pointer = Member;
};

/// What is known of a key: an expression, or one with a direction.
template <class K>
struct KeyOf : UnwrapOrder<K>, OwnField<typename UnwrapOrder<K>::expression> {
    using expression = typename UnwrapOrder<K>::expression;
    static_assert(!expression::aggregate,
                  "orm: pages are of a model's rows, not of groups; to count related rows give the relation: "
                  "orm::count(relation)");
    static constexpr bool nullable = is_optional<typename expression::orm_value>;
    using Nulls = sql::OrderBy::Nulls;
    static constexpr Nulls nulls = !nullable                                     ? Nulls::unspecified
                                   : UnwrapOrder<K>::nulls != Nulls::unspecified ? UnwrapOrder<K>::nulls
                                   : UnwrapOrder<K>::descending                  ? Nulls::first
                                                                                 : Nulls::last;
    using value = typename decltype(key_value<remove_optional<typename expression::orm_value>>())::type;
    using stored = std::conditional_t<nullable, std::optional<value>, value>;

    template <class Given>
    static stored convert(const Given& given) {
        static_assert(Check<expression, Given>::value);
        static_assert(nullable || !is_optional<Given>,
                      "orm: this key is never NULL, and the value may be; unwrap the std::optional");
        if constexpr (std::is_same_v<Given, std::nullopt_t>)
            return std::nullopt;
        else if constexpr (is_optional<Given>)
            return given ? stored(convert_param<value>(*given)) : stored();
        else
            return convert_param<value>(given);
    }
    static KeysetPart part(const K& key, sql::Scope& scope) {
        return {UnwrapOrder<K>::get(key).describe(scope), nullptr, UnwrapOrder<K>::descending, nulls};
    }
};

template <class M, bool Reversed, class... Ks>
struct KeysetOrder : StageBase {
    static constexpr bool orders = true;
    static constexpr bool reverses = Reversed;
    static constexpr std::size_t params = (0 + ... + KeyOf<Ks>::expression::params);
    using outer = typename ConcatAll<Models<>, typename KeyOf<Ks>::expression::orm_outer...>::type;
    Pack<Ks...> keys;
    constexpr explicit KeysetOrder(Pack<Ks...> k) : keys(std::move(k)) {}
    template <class Q>
    static consteval bool check() {
        static_assert(std::is_same_v<M, typename Q::model>,
                      "orm: the keys of these pages are of another model than the query's rows; reach them through a "
                      "relation: orm::keyset_by(f<&A::relation, &B::field>)");
        static_assert(!Q::ordered,
                      "orm: pages have their own order; leave out order_by and sort, and give keyset the "
                      "keys");
        static_assert(!Q::grouped && !Q::aggregated,
                      "orm: pages are of a model's rows; groups take orm::sort, limit and offset");
        return true;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        KeysetPart parts[sizeof...(Ks)];
        describe_keys(parts, scope);
        order_by_keyset(scope, parts, Reversed);
    }
    void bind(Params& p) const {
        keys.each([&]<class K>(const K& key) { UnwrapOrder<K>::get(key).bind(p); });
    }

  protected:
    void describe_keys(KeysetPart* part, sql::Scope& scope) const {
        keys.each([&]<class K>(const K& key) { *part++ = KeyOf<K>::part(key, scope); });
    }
};
template <class M, bool Reversed, class... Ks>
inline constexpr bool binds_order<KeysetOrder<M, Reversed, Ks...>> = KeysetOrder<M, Reversed, Ks...>::params > 0;

template <class M, bool Before, class... Ks>
struct KeysetStage : KeysetOrder<M, Before, Ks...> {
    using Base = KeysetOrder<M, Before, Ks...>;
    using Position = Pack<typename KeyOf<Ks>::stored...>;
    static constexpr std::size_t params = Base::params + sizeof...(Ks);
    Position position;
    KeysetStage(Pack<Ks...> k, Position p) : Base(std::move(k)), position(std::move(p)) {}
    template <class Q>
    void describe(sql::Scope& scope) const {
        KeysetPart parts[sizeof...(Ks)];
        Base::describe_keys(parts, scope);
        KeysetPart* part = parts;
        each_value([&](const TypeInfo& type, const void* value, bool) {
            if (value) part->value = scope.tree().param(type, value);
            ++part;
        });
        filter_by_keyset(scope, parts, Before);
        order_by_keyset(scope, parts, Before);
    }
    void bind(Params& p) const {
        Base::bind(p);
        each_value([&](const TypeInfo& type, const void* value, bool nullable) {
            if (nullable) p.branch(value != nullptr);
            if (value) p.add(type, value);
        });
    }

  private:
    template <class Visitor>
    void each_value(Visitor visit) const {
        position.each([&]<class T>(const T& value) {
            if constexpr (is_optional<T>)
                visit(type_info<remove_optional<T>>, value ? &*value : nullptr, true);
            else
                visit(type_info<T>, &value, false);
        });
    }
};

}  // namespace detail

}  // namespace orm
