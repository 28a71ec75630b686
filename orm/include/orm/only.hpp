/// Some fields of a model as a struct of your own, by name: Django's only() and defer(). What was not loaded is no
/// member of the row, so using it does not compile.
///
///     struct EventCard {
///         orm::Id<Event> id;
///         orm::Char<200> title;
///     };
///     for (const EventCard& card : db.all(orm::select<Event> | orm::only<EventCard>)) print(card.title);
#pragma once

#include "orm/query.hpp"

namespace orm {

namespace detail {

/// Where in the model the member of that name stands; its count of members where there is none.
template <class Model>
consteval std::size_t index_of_member(std::string_view name) {
    std::size_t i = 0;
    while (i < member_names<Model>.size() && member_names<Model>[i] != name) ++i;
    return i;
}

template <class Model, class T, std::size_t I>
struct SameField {
    static constexpr std::size_t index = index_of_member<Model>(member_names<T>[I]);
    static constexpr bool exists = index < boost::pfr::tuple_size_v<Model>;
    static_assert(exists, "orm: only<T>: T has a member whose name is no field of the query's model");
    static constexpr bool same_type() {
        if constexpr (exists)
            return std::is_same_v<boost::pfr::tuple_element_t<index, Model>, boost::pfr::tuple_element_t<I, T>>;
        else
            return true;
    }
    static_assert(same_type(), "orm: only<T>: a member of T has another type than the model's field of that name");
    static constexpr bool value = exists && same_type();
};

template <class T, class Sequence = std::make_index_sequence<boost::pfr::tuple_size_v<T>>>
struct OnlyStage;
template <class T, std::size_t... Index>
struct OnlyStage<T, std::index_sequence<Index...>> : StageBase {
    static constexpr bool replaces = true;
    template <class Q>
    using parts = Parts<T>;
    template <class Q>
    using row = void;
    template <class Q>
    static consteval bool check() {
        return (SameField<typename Q::model, T, Index>::value && ...);
    }
    template <class Q>
    void outputs(sql::Scope& scope, Layout& layout) const {
        const T row{};
        const auto base = reinterpret_cast<const char*>(&row);
        Layout members;
        for (const std::uint32_t part = layout.take(); const char* member : {address(boost::pfr::get<Index>(row))...})
            members.offsets.push_back(part + static_cast<std::uint32_t>(member - base));
        (add<boost::pfr::tuple_element_t<Index, T>>(scope, members, member_names<T>[Index]), ...);
    }

  private:
    template <class V>
    static const char* address(const V& member) {
        return reinterpret_cast<const char*>(&member);
    }
    template <class V>
    static void add(sql::Scope& scope, Layout& layout, std::string_view member) {
        const MemberInfo& field = scope.base()->model->get(member);
        add_output<V>(scope, layout, scope.column_of(scope.base(), field.column, field.plan.type));
    }
};

template <class Q, class T, std::size_t... Index>
struct FlatParts<Piped<Q, OnlyStage<T, std::index_sequence<Index...>>>> {
    using type = Parts<boost::pfr::tuple_element_t<Index, T>...>;
};

}  // namespace detail

/// The fields that `T` has, under the same names and with the same types.
template <class T>
inline constexpr detail::OnlyStage<T> only{};

}  // namespace orm
