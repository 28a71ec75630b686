/// Names by which logs, metrics and the slow log know a query, instead of the place that ran it.
///
///     inline constexpr auto upcoming_events = published | upcoming | orm::named<"upcoming events">;
///     db.all(orm::select<E> | upcoming_events);
///     db.raw<std::int64_t>(orm::RawSql("SELECT count(*) FROM seat").named("seats"));
///
/// A name follows the query through every call (all, count, update ...). A prefetch's children are a query of their
/// own: they take a name of theirs. What has no name is known by its call site, `crush_lu/pages_events.cpp:41`.
#pragma once

#include <concepts>
#include <source_location>
#include <string_view>

#include "orm/model.hpp"
#include "orm/query_base.hpp"

namespace orm {

namespace detail {

template <Literal Name>
struct NamedStage : StageBase {
    static_assert(Name.view().size() > 0, "orm: named<\"\">: the name is empty");
    static constexpr Literal text = Name;
    static constexpr bool after_sets = true;
    template <class Q>
    void describe(sql::Scope& scope) const {
        scope.select().name = text.view();
    }
};

}  // namespace detail

template <detail::Literal Name>
inline constexpr detail::NamedStage<Name> named{};

/// Hand-written SQL as raw() takes it, any string will do: it learns where the call stands.
struct RawSql {
    std::string_view text;
    std::string_view name;
    std::source_location location;

    template <std::convertible_to<std::string_view> T>
    RawSql(const T& sql, std::source_location where = std::source_location::current()) : text(sql), location(where) {}
    /// Only literals: the name must live as long as the program.
    template <std::size_t N>
    RawSql named(const char (&given)[N]) const {
        RawSql result = *this;
        result.name = std::string_view(given, N - 1);
        return result;
    }
};

}  // namespace orm
