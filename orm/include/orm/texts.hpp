/// Texts cut, filled and searched, with one meaning on both databases: positions and lengths count code points, from 1.
///
///     orm::left(f<&User::last_name>, 1)                                   // the initial
///     orm::replace(f<&P::phone>, " ", "")
///     orm::lpad(orm::cast<std::string>(f<&E::max_participants>), 4, "0")
///     orm::position(f<&User::email>, "@") > 0                             // 0: it is not there
///
/// A NULL among the arguments makes the result NULL, and its type says so. See functions.hpp for lower, upper, trim,
/// length and concat.
#pragma once

#include "orm/casts.hpp"

namespace orm {

namespace detail {

/// A count of code points, as PostgreSQL's functions take it: a 32-bit number.
template <class N>
constexpr auto count_of(const N& n) {
    if constexpr (Expression<N>) {
        static_assert(std::integral<remove_optional<typename N::orm_value>>, "orm: a count of characters is a number");
        return cast<std::int32_t>(n);
    } else {
        static_assert(std::is_same_v<N, std::int32_t> || std::is_same_v<N, std::int16_t>,
                      "orm: a count of characters is a 32-bit number");
        return value(static_cast<std::int32_t>(n));
    }
}

template <Literal Name, class... Args>
constexpr auto text_call(const Args&... args) {
    return call<Name, nullable_like<std::string, Args...>>(args...);
}

}  // namespace detail

/// The text from position `from` on, at most `count` characters; positions before the first are empty.
template <class E, class From>
constexpr auto substr(const E& text, const From& from) {
    detail::check_texts<E>();
    return detail::text_call<"substr">(text, detail::count_of(from));
}
/// A negative count is the statement's error.
template <class E, class From, class Count>
constexpr auto substr(const E& text, const From& from, const Count& count) {
    detail::check_texts<E>();
    return detail::text_call<"substr">(text, detail::count_of(from), detail::count_of(count));
}
/// The first `count` characters; with a negative count all but the last ones.
template <class E, class Count>
constexpr auto left(const E& text, const Count& count) {
    detail::check_texts<E>();
    return detail::text_call<"left">(text, detail::count_of(count));
}
/// The last `count` characters; with a negative count all but the first ones.
template <class E, class Count>
constexpr auto right(const E& text, const Count& count) {
    detail::check_texts<E>();
    return detail::text_call<"right">(text, detail::count_of(count));
}
/// The text filled up, from the left, to `length` characters; a longer one is cut at its end.
template <class E, class Length, class Fill>
constexpr auto lpad(const E& text, const Length& length, const Fill& fill) {
    detail::check_texts<E, Fill>();
    return detail::text_call<"lpad">(text, detail::count_of(length), fill);
}
template <class E, class Length, class Fill>
constexpr auto rpad(const E& text, const Length& length, const Fill& fill) {
    detail::check_texts<E, Fill>();
    return detail::text_call<"rpad">(text, detail::count_of(length), fill);
}
template <class E, class Count>
constexpr auto repeat(const E& text, const Count& count) {
    detail::check_texts<E>();
    return detail::text_call<"repeat">(text, detail::count_of(count));
}
/// The code points in the opposite order.
template <class E>
constexpr auto reversed(const E& text) {
    detail::check_texts<E>();
    return detail::text_call<"reverse">(text);
}
/// Every `from` becomes `to`; an empty `from` changes nothing.
template <class E, class From, class To>
constexpr auto replace(const E& text, const From& from, const To& to) {
    detail::check_texts<E, From, To>();
    return detail::text_call<"replace">(text, from, to);
}
/// Without the blanks at its beginning; at its end.
template <class E>
constexpr auto ltrim(const E& text) {
    detail::check_texts<E>();
    return detail::text_call<"ltrim">(text);
}
template <class E>
constexpr auto rtrim(const E& text) {
    detail::check_texts<E>();
    return detail::text_call<"rtrim">(text);
}
/// Where `part` begins for the first time; 0 where it does not, 1 for an empty one.
template <class E, class Part>
constexpr auto position(const E& text, const Part& part) {
    detail::check_texts<E, Part>();
    return detail::call<"position", detail::nullable_like<std::int64_t, E, Part>>(text, part);
}

}  // namespace orm
