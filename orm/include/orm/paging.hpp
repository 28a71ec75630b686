/// Keyset paging: the rows after (before) a position in an order, at the same cost on every page, stable under inserts.
///
///     constexpr auto pages = orm::keyset<orm::desc<&E::event_date>>;    // the model's key comes last by itself
///     auto first = db.all(orm::select<E> | pages.first | orm::limit(20));
///     auto next = db.all(orm::select<E> | pages.after(first.back()) | orm::limit(20));
///     auto back = db.all(orm::select<E> | pages.before(next.front()) | orm::limit(20));    // in reading order, too
///     auto end = db.all(orm::select<E> | pages.last | orm::limit(20));
///
/// By expressions and over relations; what is no field of the row itself is given beside it, in the keys' order:
///
///     const auto people = orm::count(registrations);
///     const auto pages = orm::keyset_by(people.desc(), f<&E::title>);
///     for (const auto& [event, n] : db.all(orm::select<E> | orm::annotate(people) | pages.first | orm::limit(20))) ...
///     pages.after(event, n)       // or the whole tuple, or values alone: pages.after(n, title, id)
///
/// orm::after<keys...>(row) is orm::keyset<keys...>.after(row), orm::after(row) pages in the model's own ordering.
/// NULLs count as greater than every value on both databases: last in ascending keys, first in descending ones;
/// keyset_by keys say otherwise by nulls_first() and nulls_last().
#pragma once

#include "orm/keyset.hpp"

namespace orm {

namespace detail {

template <class T>
struct RowModel {
    using type = T;
};
template <class M, class... Parts>
struct RowModel<std::tuple<M, Parts...>> {
    using type = M;
};

template <class M, class... Ks>
struct Keyset {
    KeysetOrder<M, false, Ks...> first;  ///< from the beginning
    KeysetOrder<M, true, Ks...> last;    ///< up to the end, in reading order
    constexpr explicit Keyset(Pack<Ks...> keys) : first(keys), last(std::move(keys)) {}

    /// `at`: a row, with the values of the keys that are no fields of it behind; or one value for each key.
    template <class... At>
    auto after(const At&... at) const {
        return KeysetStage<M, false, Ks...>(first.keys, position(at...));
    }
    template <class... At>
    auto before(const At&... at) const {
        return KeysetStage<M, true, Ks...>(first.keys, position(at...));
    }

  private:
    using Position = Pack<typename KeyOf<Ks>::stored...>;
    using Indexes = std::index_sequence_for<Ks...>;
    static constexpr bool own[] = {KeyOf<Ks>::found...};
    /// How many of the first `end` keys are no fields of the row.
    static constexpr std::size_t others(std::size_t end) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < end; ++i) count += own[i] ? 0 : 1;
        return count;
    }
    static constexpr std::size_t beside = others(sizeof...(Ks));

    template <class First, class... More>
    static Position position(const First& given, const More&... more) {
        if constexpr (std::is_same_v<First, M>) {
            return from_row(given, std::tie(more...), Indexes{});
        } else if constexpr (std::is_same_v<typename RowModel<First>::type, M>) {
            static_assert(sizeof...(more) == 0, "orm: give the row's parts one by one, or the whole row alone");
            if constexpr (beside == 0)
                return from_row(std::get<0>(given), std::tie(), Indexes{});
            else
                return std::apply([](const auto&... parts) { return position(parts...); }, given);
        } else {
            static_assert(sizeof...(more) + 1 == sizeof...(Ks),
                          "orm: a position is a row of the query's model, or one value for each key in order, the "
                          "model's own key at the end");
            if constexpr (sizeof...(more) + 1 == sizeof...(Ks)) return from_values(std::tie(given, more...), Indexes{});
        }
    }
    template <class Values, std::size_t... Index>
    static Position from_row(const M& row, const Values& values, std::index_sequence<Index...>) {
        static_assert(std::tuple_size_v<Values> == beside,
                      "orm: beside the row stand the values of the keys that are no fields of it, one for each, in "
                      "order: pages.after(row, value, ...)");
        if constexpr (std::tuple_size_v<Values> == beside) return {{from_part<Ks, Index>(row, values)}...};
    }
    template <class Values, std::size_t... Index>
    static Position from_values(const Values& values, std::index_sequence<Index...>) {
        return {{KeyOf<Ks>::convert(std::get<Index>(values))}...};
    }
    template <class K, std::size_t Index, class Values>
    static auto from_part(const M& row, const Values& values) {
        if constexpr (KeyOf<K>::found)
            return KeyOf<K>::convert(row.*KeyOf<K>::pointer);
        else
            return KeyOf<K>::convert(std::get<others(Index)>(values));
    }
};

/// The pointer to a model's key: what orm::primary_key names, or the member `id`.
template <class Option>
struct KeyOption {
    static constexpr bool found = false;
};
template <auto Member>
struct KeyOption<FlagOption<Flag::primary_key, Member>> {
    static constexpr bool found = true;
    static constexpr auto pointer = Member;
};
template <class M>
consteval auto key_pointer(const Meta<>*) {
    return &M::id;
}
template <class M, class First, class... Rest>
consteval auto key_pointer(const Meta<First, Rest...>*) {
    if constexpr (KeyOption<First>::found)
        return KeyOption<First>::pointer;
    else
        return key_pointer<M>(static_cast<const Meta<Rest...>*>(nullptr));
}
template <class M>
using MetaOf = std::remove_cvref_t<decltype(M::meta())>;
template <class M>
using KeyColumnOf = Column<key_pointer<M>(static_cast<const MetaOf<M>*>(nullptr))>;

template <class Root, class... Es>
struct RootOfKeys {
    using type = Root;
};
template <class Root, class First, class... Rest>
struct RootOfKeys<Root, First, Rest...> {
    using type = typename RootOfKeys<typename CommonRoot<Root, typename First::orm_root>::type, Rest...>::type;
};

/// With the model's key at the end, so that no two rows are equal in the order.
template <class M, class... Ks>
constexpr auto keyset_of(Ks... keys) {
    static_assert(!std::is_void_v<M>, "orm: a page's keys need a field of the model");
    if constexpr (is_row_set<M>()) {
        return Keyset<M, Ks...>(Pack<Ks...>{{std::move(keys)}...});  // no key is known
    } else {
        using Key = KeyColumnOf<M>;
        if constexpr ((std::is_same_v<typename UnwrapOrder<Ks>::expression, Key> || ...))
            return Keyset<M, Ks...>(Pack<Ks...>{{std::move(keys)}...});
        else
            return Keyset<M, Ks..., Key>(Pack<Ks..., Key>{{std::move(keys)}..., {Key{}}});
    }
}
template <auto Key>
using MemberKey = Ordered<Column<order_pointer<Key>()>, is_descending<Key>>;

template <auto First, auto... Rest>
constexpr auto keyset_of_members() {
    using M = model_of_member<order_pointer<First>()>;
    constexpr bool one_model = (std::is_same_v<model_of_member<order_pointer<Rest>()>, M> && ...);
    static_assert(one_model,
                  "orm: keyset<...> names fields of one model; reach the other's through a relation: "
                  "orm::keyset_by(f<&A::relation, &B::field>)");
    if constexpr (one_model) return keyset_of<M>(MemberKey<First>{}, MemberKey<Rest>{}...);
}

/// The pages of a model's own ordering.
template <class M>
constexpr auto keyset_of_model(const Meta<>*) {
    return keyset_of<M>();
}
template <class M, auto... Parts>
constexpr auto keyset_of_ordering(OrderingOption<Parts...>) {
    static_assert((!Column<order_pointer<Parts>()>::nullable && ...),
                  "orm: the databases differ in where this model's ordering puts NULLs; name the keys, and begin with "
                  "orm::keyset<...>.first");
    return keyset_of<M>(MemberKey<Parts>{}...);
}
template <class M, class First, class... Rest>
constexpr auto keyset_of_model(const Meta<First, Rest...>*) {
    if constexpr (requires { keyset_of_ordering<M>(First{}); })
        return keyset_of_ordering<M>(First{});
    else
        return keyset_of_model<M>(static_cast<const Meta<Rest...>*>(nullptr));
}
template <class Row, auto... Keys>
constexpr auto keyset_for() {
    using M = typename RowModel<Row>::type;
    if constexpr (sizeof...(Keys) > 0) {
        return keyset_of_members<Keys...>();
    } else {
        static_assert(
            requires { M::meta(); },
            "orm: after(row) and before(row) take a row of the model; with values name the keys: "
            "orm::after<&E::title, &E::id>(title, id)");
        return keyset_of_model<M>(static_cast<const MetaOf<M>*>(nullptr));
    }
}

}  // namespace detail

/// Pages by fields of the query's model: keyset<orm::desc<&E::event_date>, &E::title>.
template <auto... Keys>
inline constexpr auto keyset = detail::keyset_of_members<Keys...>();
/// Pages by expressions: keyset_by(orm::count(registrations).desc(), orm::lower(f<&E::title>)).
template <class... Keys>
constexpr auto keyset_by(Keys... keys) {
    using M = typename detail::RootOfKeys<void, typename detail::UnwrapOrder<Keys>::expression...>::type;
    return detail::keyset_of<M>(std::move(keys)...);
}

/// The rows after this one: orm::after<orm::desc<&E::event_date>>(row), or in the model's ordering orm::after(row).
template <auto... Keys, class Row, class... More>
auto after(const Row& row, const More&... more) {
    return detail::keyset_for<Row, Keys...>().after(row, more...);
}
template <auto... Keys, class Row, class... More>
auto before(const Row& row, const More&... more) {
    return detail::keyset_for<Row, Keys...>().before(row, more...);
}

}  // namespace orm
