/// What an upsert does with the row that is there already.
///
///     // Only these fields, and automatic times:
///     db.upsert(row, orm::on_conflict<&S::key>.update<&S::data>());
///     // Only an older row:
///     db.upsert(row, orm::on_conflict<&S::key>.update<&S::data, &S::at>()
///                        .where(f<&S::at> < orm::excluded<&S::at>));
///
/// orm::excluded is the new row's value, a field without it the stored one's.
#pragma once

#include "orm/grammar.hpp"
#include "orm/plan.hpp"

namespace orm {

namespace detail {

/// A field of the row that an upsert could not insert.
template <auto Member>
struct ExcludedColumn : Fluent<ExcludedColumn<Member>> {
    using orm_root = model_of_member<Member>;
    using orm_outer = Models<>;
    using orm_value = typename Column<Member>::orm_value;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 0;
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Source* source = scope.tree().source(nullptr, {});
        source->alias = "excluded";
        static const std::string name = column_name<Member>();
        return scope.column_of(source, name, &type_info<remove_optional<type_of_member<Member>>>);
    }
    void bind(Params&) const {}
};

/// Among which rows an option of meta() says that no two share the values of these members.
enum class Unique { none, some, all };
template <class Names, class Option>
constexpr Unique makes_unique(const Option&) {
    return Unique::none;
}
template <class Names, class Condition, auto... Members>
constexpr Unique makes_unique(const IndexOption<Condition, Members...>& option) {
    if (!option.is_unique || sizeof...(Members) != Names::count || !(Names::has(member_name<Members>) && ...))
        return Unique::none;
    return std::is_same_v<Condition, NoCondition> ? Unique::all : Unique::some;
}
template <class Names, auto Member>
constexpr Unique makes_unique(const FlagOption<Flag::primary_key, Member>&) {
    return Names::count == 1 && Names::has(member_name<Member>) ? Unique::all : Unique::none;
}
template <class Member>
consteval bool is_unique_alone() {
    if constexpr (ForeignKeyType<Member>)
        return Member::one_to_one;
    else
        return is_id<Member>;
}

template <auto... Members>
struct MemberNames {
    static constexpr std::size_t count = sizeof...(Members);
    static std::vector<std::string_view> get() { return {member_name<Members>...}; }
    static constexpr bool has(std::string_view name) { return ((name == member_name<Members>) || ...); }
    template <class M>
    static constexpr bool of = (std::is_same_v<model_of_member<Members>, M> && ...);
    /// Whether the key, a one-to-one, or a constraint of the model makes them unique together: one over all rows, or
    /// else the only one over some.
    template <class M>
    static consteval bool unique() {
        bool all = count == 1 && (is_unique_alone<remove_optional<type_of_member<Members>>>() || ...);
        int some = 0;
        ModelTables<M>::meta.options.each([&](const auto& option) {
            const Unique rows = makes_unique<MemberNames>(option);
            all = all || rows == Unique::all;
            some += rows == Unique::some;
        });
        return all || some == 1;
    }
};

struct Always {
    static constexpr std::size_t params = 0;
};

template <class Keys, class Updated, class Condition>
struct Conflict {
    using keys = Keys;
    using updated = Updated;
    static constexpr bool conditional = !std::is_same_v<Condition, Always>;
    Condition condition{};

    /// Only these fields are overwritten.
    template <auto... Members>
    constexpr auto update() const {
        static_assert(sizeof...(Members) > 0, "orm: update<...>() names at least one field");
        return Conflict<Keys, MemberNames<Members...>, Condition>{condition};
    }
    /// A row for which this does not hold stays as it is.
    template <Expression E>
    constexpr auto where(E given) const {
        static_assert(std::is_same_v<remove_optional<typename E::orm_value>, bool>, "orm: where needs a condition");
        static_assert(!E::aggregate && !has_window<E> && !follows_relation<E>,
                      "orm: the condition of an upsert sees the stored row and orm::excluded; aggregates and values of "
                      "related rows come from orm::subquery(...)");
        static_assert(no_models<typename RemoveModel<typename E::orm_outer, typename E::orm_root>::type>,
                      "orm: the condition of an upsert has no query around it: no orm::outer, and no rows of an "
                      "orm::cte");
        return Conflict<Keys, Updated, E>{std::move(given)};
    }
};

template <class T>
inline constexpr bool is_conflict = false;
template <class K, class U, class C>
inline constexpr bool is_conflict<Conflict<K, U, C>> = true;

template <class M, class Names>
consteval void check_target() {
    static_assert(Names::template unique<M>(),
                  "orm: no constraint makes these fields of the model unique, or two do, each among other rows: an "
                  "upsert names those of one orm::unique<...> of meta(), a one-to-one, or the key");
}
template <class M, class C>
consteval void check_conflict() {
    static_assert(C::keys::template of<M> && C::updated::template of<M>,
                  "orm: on_conflict<...> and update<...> name fields of the object's model");
    if constexpr (C::keys::template of<M>) check_target<M, typename C::keys>();
    if constexpr (C::conditional)
        static_assert(std::is_same_v<typename decltype(C::condition)::orm_root, M>,
                      "orm: the condition of an upsert is about fields of the object's model");
}

/// The fields by which a row is found to be there already. `Updates`: what updates that row must know which it is.
template <bool Updates, class M, auto... Members>
consteval void check_unique() {
    static_assert(MemberNames<Members...>::template of<M>,
                  "orm: upsert<...> and insert_or_ignore<...> name fields of the object's model");
    static_assert(!Updates || sizeof...(Members) > 0,
                  "orm: upsert<...> names the fields of a unique constraint, whose values the stored row shares");
    using Names = MemberNames<Members...>;
    if constexpr (sizeof...(Members) > 0 && Names::template of<M>) check_target<M, Names>();
}

}  // namespace detail

/// The fields (of a unique constraint) whose values the stored row shares. Of a constraint over some rows only
/// (`orm::unique<...>.where(...)`) it is one of those rows.
template <auto... Keys>
inline constexpr detail::Conflict<detail::MemberNames<Keys...>, detail::MemberNames<>, detail::Always> on_conflict{};

/// The value that the new row has in a field, for the condition of an upsert.
template <auto Member>
inline constexpr detail::ExcludedColumn<Member> excluded{};

}  // namespace orm
