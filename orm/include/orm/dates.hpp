/// Calendar parts of points in time, as people in a time zone see them.
///
///     auto month = orm::date_trunc<orm::Unit::month>(f<&E::event_date>, "Europe/Luxembourg");   // its first instant
///     orm::filter(orm::date_part<orm::Part::hour>(f<&E::event_date>, "Europe/Luxembourg") >= 18)
///     db.all(orm::select<E> | orm::grouped_by(orm::local_date(f<&E::event_date>, zone)) |
///     orm::annotate(orm::count())); orm::date_part<orm::Part::year>(f<&Profile::date_of_birth>) // dates have no zone
///
/// A zone is a name of the IANA database; an unknown one is the statement's error. SQLite gets functions of ours, which
/// read the system's zone files: those end in 2037, and later years have no summer time there.
#pragma once

#include "orm/functions.hpp"

namespace orm {

/// A week begins on Monday; the parts of a week are ISO 8601's.
enum class Unit : std::uint8_t { year, quarter, month, week, day, hour, minute, second };
enum class Part : std::uint8_t { year, quarter, month, week, day, hour, minute, second, isodow, doy, isoyear };

namespace detail {

template <class Enum, Enum Which>
struct WordOf : Fluent<WordOf<Enum, Which>> {
    using orm_root = void;
    using orm_outer = Models<>;
    using orm_value = std::string;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 0;
    const sql::Expr* describe(sql::Scope& scope) const {
        return scope.tree().literal("'" + std::string(enum_names<Enum>[static_cast<std::size_t>(Which)]) + "'");
    }
    void bind(Params&) const {}
};

template <class E, class V>
using like_nullable = std::conditional_t<is_optional<typename E::orm_value>, std::optional<V>, V>;

template <class E>
consteval bool is_time() {
    return std::is_same_v<remove_optional<typename E::orm_value>, Timestamp>;
}

}  // namespace detail

/// The first instant of the zone's year, month, day … that the time lies in.
template <Unit U, Expression E, class Zone>
constexpr auto date_trunc(const E& time, const Zone& zone) {
    static_assert(detail::is_time<E>(), "orm: date_trunc needs an orm::Timestamp");
    return detail::call<"orm_date_trunc", typename E::orm_value>(detail::WordOf<Unit, U>{}, time, zone);
}
/// The first day of the date's year, quarter, month or week; dates have no zone.
template <Unit U, Expression E>
constexpr auto date_trunc(const E& date) {
    static_assert(std::is_same_v<remove_optional<typename E::orm_value>, Date>,
                  "orm: date_trunc without a time zone needs an orm::Date; name the zone of an orm::Timestamp");
    static_assert(U <= Unit::day, "orm: an orm::Date has no hours; truncate it to a day or a longer unit");
    return detail::call<"orm_day_trunc", typename E::orm_value>(detail::WordOf<Unit, U>{}, date);
}
/// A part of the time as the zone's clocks and calendars show it; isodow is 1 (Monday) to 7.
template <Part P, Expression E, class Zone>
constexpr auto date_part(const E& time, const Zone& zone) {
    static_assert(detail::is_time<E>(), "orm: date_part with a time zone needs an orm::Timestamp");
    return detail::call<"orm_date_part", detail::like_nullable<E, std::int64_t>>(detail::WordOf<Part, P>{}, time, zone);
}
template <Part P, Expression E>
constexpr auto date_part(const E& date) {
    static_assert(std::is_same_v<remove_optional<typename E::orm_value>, Date>,
                  "orm: date_part without a time zone needs an orm::Date; name the zone of an orm::Timestamp");
    return detail::call<"orm_date_part", detail::like_nullable<E, std::int64_t>>(detail::WordOf<Part, P>{}, date,
                                                                                 text<"UTC">);
}
/// The day in the zone.
template <Expression E, class Zone>
constexpr auto local_date(const E& time, const Zone& zone) {
    static_assert(detail::is_time<E>(), "orm: local_date needs an orm::Timestamp");
    return detail::call<"orm_local_date", detail::like_nullable<E, Date>>(time, zone);
}

}  // namespace orm
