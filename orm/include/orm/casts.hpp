/// Values of one type from those of another.
///
///     orm::cast<std::string>(f<&E::max_participants>)                       // "30"
///     orm::cast<std::int32_t>(orm::json_text(f<&P::data>, {"age"})) > 5     // a DataError where it is no number
#pragma once

#include "orm/functions.hpp"

namespace orm {

namespace detail {

/// Both databases have the cast, and it means the same on them.
template <class From, class To>
consteval bool castable() {
    constexpr bool same = std::is_same_v<From, To> && !IsVector<To>::value;
    constexpr bool read = category<From>() == Category::text &&
                          (category<To>() == Category::number || category<To>() == Category::boolean ||
                           category<To>() == Category::date || category<To>() == Category::timestamp);
    constexpr bool number =
        category<From>() == Category::number || (is_id<From> && std::integral<To> && !std::is_same_v<To, bool>);
    return same || read || (number && category<To>() == Category::number);
}
template <class From, class To>
consteval void check_cast() {
    constexpr Category from = category<From>(), to = category<To>();
    constexpr bool day = from == Category::timestamp && to == Category::date;
    constexpr bool time = from == Category::date && to == Category::timestamp;
    constexpr bool truth =
        (from == Category::boolean && to == Category::number) || (from == Category::number && to == Category::boolean);
    constexpr bool document = (from == Category::json) != (to == Category::json);
    static_assert(!day, "orm: which day a time lies in depends on the zone; take it with orm::local_date(time, zone)");
    static_assert(!time, "orm: when a day begins depends on the zone; compare it with orm::local_date(time, zone)");
    static_assert(!truth,
                  "orm: conditions and numbers are not cast to each other; write number != 0, or "
                  "orm::case_(orm::then(condition, 1), 0)");
    static_assert(!document, "orm: documents are not cast; take a text out of one with orm::json_text and cast that");
    static_assert(castable<From, To>() || day || time || truth || document,
                  "orm: cast writes a value as a text, reads a number, a condition, a day or a time from a text, and "
                  "makes one number of another; no other cast means the same on both databases");
}
/// A number that may not be one of `To`.
template <class From, class To>
inline constexpr bool may_not_fit = std::integral<To> && !std::is_same_v<To, bool> &&
                                    (is_decimal<From> || std::is_same_v<From, double> || sizeof(To) < sizeof(From));

}  // namespace detail

/// A number with a fraction is rounded to a whole number, or to the decimals of an orm::Decimal: decimals with halves
/// away from zero, doubles to the even one (2.5 is 2), as PostgreSQL does. One that does not fit is a DataError.
/// A text is read as PostgreSQL reads it, or is a DataError; on SQLite days and times only in the forms of ISO 8601,
/// with six decimals of a second at most, and numbers only in digits (no 0x10, no NaN). In UTC where no offset is
/// named. As text a decimal has its type's decimals (12.50), a double its shortest digits, a condition is true or
/// false, and a time what orm::to_string(Timestamp) writes, in UTC.
template <class To, class E>
constexpr auto cast(const E& e) {
    using V = std::conditional_t<is_optional<typename E::orm_value>, std::optional<To>, To>;
    using From = remove_optional<typename E::orm_value>;
    if constexpr (detail::category<To>() == detail::Category::text && !std::is_same_v<To, From>)
        return detail::call<"cast", V>(detail::as_text(e));
    else {
        detail::check_cast<From, To>();
        if constexpr (detail::category<From>() == detail::Category::text && !std::is_same_v<To, From>)
            return detail::call<"reading cast", V>(e);
        else if constexpr (detail::may_not_fit<From, To>)
            return detail::call<"fitting cast", V>(e);
        else
            return detail::call<"cast", V>(e);
    }
}

}  // namespace orm
