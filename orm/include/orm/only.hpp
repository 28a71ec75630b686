/// Some fields of a model as a struct of your own, by name: Django's only() and defer(). What was not loaded is no
/// member of the row, so using it does not compile.
///
///     struct EventCard {
///         orm::Id<Event> id;
///         orm::Char<200> title;
///     };
///     for (const EventCard& card : db.all(orm::select<Event> | orm::only<EventCard>)) print(card.title);
///
/// Or all but some, where a struct would name nearly everything; a field that was left out cannot be asked for:
///
///     for (const auto& row : db.all(orm::select<Event> | orm::defer<&Event::description>))
///     print(row[f<&Event::title>]);
#pragma once

#include "orm/query.hpp"

namespace orm {

/// A row of a model without some of its fields.
template <class M, auto... Left>
class Deferred {
  public:
    /// A field that was read.
    template <auto Member>
    const type_of_member<Member>& operator[](const Column<Member>&) const& {
        static_assert(std::is_same_v<model_of_member<Member>, M>,
                      "orm: row[f<&Model::field>] of orm::defer takes a field of the query's model");
        static_assert(((member_name<Member> != member_name<Left>)&&...),
                      "orm: orm::defer left this field out of the row; leave out less, or read it by the row's key");
        return row_.*Member;
    }
    template <auto Member>
    const type_of_member<Member>& operator[](const Column<Member>&) const&& = delete;  // would outlive its row
    Id<M> key() const { return row_.id; }

  private:
    M row_;
};

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

template <class Q>
consteval void check_rows() {
    static_assert(!Q::grouped && !Q::aggregated,
                  "orm: only and defer take fields of rows, and a group is none; the fields of groups are what "
                  "group_by<...> names");
}

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
        check_rows<Q>();
        return (SameField<typename Q::model, T, Index>::value && ...);
    }
    template <class Q>
    void outputs(sql::Scope& scope, Layout& layout) const {
        scope.select().part_of_rows = true;
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

template <auto... Left>
struct DeferStage : StageBase {
    static constexpr bool replaces = true;
    template <class Q>
    using parts = Parts<Deferred<typename Q::model, Left...>>;
    template <class Q>
    using row = void;
    template <class Q>
    static consteval bool check() {
        static_assert(sizeof...(Left) > 0 && (std::is_same_v<model_of_member<Left>, typename Q::model> && ...),
                      "orm: defer<...> names fields of the query's model");
        static_assert(
            requires(typename Q::model m) { m.id; },
            "orm: defer takes models whose key is an orm::Id; read the fields of others by orm::only<T>");
        static_assert(!(is_many_to_many<type_of_member<Left>> || ...),
                      "orm: a many-to-many is no column, and never read with the row");
        check_rows<Q>();
        static_assert(((member_name<Left> != "id") && ...),
                      "orm: a row is nothing without its key; defer other fields");
        return true;
    }
    template <class Q>
    void outputs(sql::Scope& scope, Layout& layout) const {
        scope.select().part_of_rows = true;
        static constexpr std::string_view left[] = {member_name<Left>...};
        scope.add_model(info<typename Q::model>(), scope.base(), layout.take(), nullptr, left);
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
/// All fields but these; the row is a Deferred, whose fields are row[f<&Model::field>].
template <auto... Left>
inline constexpr detail::DeferStage<Left...> defer{};

}  // namespace orm
