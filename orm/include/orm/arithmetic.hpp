/// Calculations: numbers, and points in time with durations. The left side, or the right one, is an expression.
///
///     f<&E::fee> * 2      100 - f<&E::fee>      -f<&E::fee>
///     f<&E::event_date> - std::chrono::days(1)       // Django's F("event_date") - timedelta(days=1)
///     orm::now - 1h                                  // also over the end of a month: a duration has a fixed length
///     f<&E::ends> - f<&E::starts> > 90min            // two timestamps: std::chrono::microseconds
///     f<&P::paid_until> + std::chrono::days(30)      // an orm::Date takes days, and two of them give days
///
/// A point in time outside of the years 1 to 9999 is a DataError.
#pragma once

#include "orm/comparison.hpp"

namespace orm::detail {

/// The kind of one side of an operator; plain durations of any unit are durations.
template <class T>
consteval Category side() {
    if constexpr (Expression<T>)
        return category<remove_optional<typename T::orm_value>>();
    else if constexpr (is_duration<T>)
        return Category::duration;
    else if constexpr (std::is_convertible_v<T, Timestamp>)
        return Category::timestamp;
    else
        return category<remove_optional<T>>();
}
consteval bool of_time(Category c) {
    return c == Category::timestamp || c == Category::date || c == Category::duration || c == Category::days;
}

/// Whether a plain duration has a length, which months and years have not; anything else is not looked at.
template <class T>
inline constexpr bool fixed_length = true;
template <class Rep, class Period>
inline constexpr bool fixed_length<std::chrono::duration<Rep, Period>> =
    !std::is_same_v<Period, std::chrono::months::period> && !std::is_same_v<Period, std::chrono::years::period>;
template <class T, class Unit>
inline constexpr bool counts = !is_duration<T> || std::is_convertible_v<T, Unit>;

template <class Duration>
constexpr std::chrono::microseconds fixed_duration(Duration duration) {
    static_assert(fixed_length<Duration>,
                  "orm: months and years have no fixed length; give std::chrono::days or weeks");
    static_assert(counts<Duration, std::chrono::microseconds>,
                  "orm: the databases keep microseconds; take std::chrono::floor<std::chrono::microseconds>(...) of a "
                  "finer or fractional duration");
    return duration;
}

template <class V, class... Es>
using or_null = std::conditional_t<(is_optional<typename Es::orm_value> || ...), std::optional<V>, V>;

template <class T>
inline constexpr int scale_of = 0;
template <int Digits, int Scale>
inline constexpr int scale_of<Decimal<Digits, Scale>> = Scale;

/// Beside a double a number is one. Whole numbers calculate in 64 bits, whatever their columns have. Decimals are as
/// wide as they can be, since the result may be larger than the columns; a product has the decimals of both factors, a
/// quotient is rounded to at least 6.
template <sql::Op Operator, class A, class B>
consteval auto arithmetic_type() {
    using X = remove_optional<A>;
    using Y = remove_optional<B>;
    if constexpr (std::is_same_v<X, double> || std::is_same_v<Y, double>) {
        return std::type_identity<double>{};
    } else if constexpr (is_decimal<X> || is_decimal<Y>) {
        constexpr int most = std::max(scale_of<X>, scale_of<Y>);
        constexpr int scale = Operator == sql::Op::multiply ? scale_of<X> + scale_of<Y>
                              : Operator == sql::Op::divide ? std::max(most, 6)
                                                            : most;
        static_assert(scale <= 18,
                      "orm: a product of these decimals has more than 18 decimals; cast a factor to fewer, for "
                      "instance orm::cast<orm::Decimal<18, 4>>(factor)");
        return std::type_identity<Decimal<18, std::min(scale, 18)>>{};
    } else if constexpr (std::integral<X> && std::integral<Y>) {
        return std::type_identity<std::int64_t>{};
    } else {
        return std::type_identity<X>{};
    }
}

/// An expression as it is, a plain number as a parameter beside `Other`.
template <class Other, class Given>
constexpr auto number(const Given& given) {
    if constexpr (!Expression<Given> && std::floating_point<Given> &&
                  std::integral<remove_optional<typename Other::orm_value>>)
        return Value<double>(static_cast<double>(given));
    else if constexpr (!Expression<Given> && std::integral<Given> && !std::same_as<Given, bool> &&
                       std::integral<remove_optional<typename Other::orm_value>> && Check<Other, Given>::value)
        return Value<std::int64_t>(static_cast<std::int64_t>(given));
    else
        return operand<Other>(given);
}
template <sql::Op Operator, class L, class R>
constexpr auto node_of_numbers(L l, R r) {
    using V = typename decltype(arithmetic_type<Operator, typename L::orm_value, typename R::orm_value>())::type;
    static_assert(Operator != sql::Op::modulo || !std::is_same_v<V, double>,
                  "orm: % works on whole numbers and decimals, as doubles have no exact rest of a division; cast the "
                  "double: orm::cast<std::int64_t>(number), orm::cast<orm::Decimal<18, 4>>(number)");
    return Binary<Operator, L, R, or_null<V, L, R>>(std::move(l), std::move(r));
}
template <sql::Op Operator, class L, class R>
constexpr auto calculate_numbers(const L& l, const R& r) {
    if constexpr (Expression<L>) {
        static_assert(side<L>() == Category::number, "orm: + - * / % work on numbers; use orm::concat for text");
        return node_of_numbers<Operator>(l, number<L>(r));
    } else {
        static_assert(side<R>() == Category::number, "orm: + - * / % work on numbers; use orm::concat for text");
        return node_of_numbers<Operator>(number<R>(l), r);
    }
}

/// A side of a calculation with times as an expression; `Days`: a plain duration counts days.
template <bool Days, class T>
constexpr auto time_operand(const T& given) {
    if constexpr (Expression<T>)
        return given;
    else if constexpr (is_duration<T> && Days)
        return Value<std::chrono::days>(given);
    else if constexpr (is_duration<T>)
        return Value<std::chrono::microseconds>(fixed_duration(given));
    else if constexpr (std::is_convertible_v<T, Timestamp>)
        return Value<Timestamp>(given);
    else
        return Value<T>(given);
}
template <sql::Op Operator, class V, bool Days, class L, class R>
constexpr auto node_of_times(const L& l, const R& r) {
    auto left = time_operand<Days>(l);
    auto right = time_operand<Days>(r);
    using Result = or_null<V, decltype(left), decltype(right)>;
    return Binary<Operator, decltype(left), decltype(right), Result>(std::move(left), std::move(right));
}

template <sql::Op Operator, class L, class R>
constexpr auto calculate_times(const L& l, const R& r) {
    using enum Category;
    constexpr bool adds = Operator == sql::Op::add, subtracts = Operator == sql::Op::subtract;
    // Plain durations are days beside a date, or beside the days between two.
    constexpr auto beside = [](Category one, Category other, bool plain) {
        return plain && one == duration && (other == date || other == days) ? days : one;
    };
    constexpr Category left = beside(side<L>(), side<R>(), !Expression<L>);
    constexpr Category right = beside(side<R>(), side<L>(), !Expression<R>);
    constexpr bool point = left == timestamp || left == date;
    constexpr bool moves = (left == timestamp && right == duration) || (left == date && right == days);
    constexpr bool moved = adds && ((right == timestamp && left == duration) || (right == date && left == days));
    constexpr bool lengths = left == right && !point;
    static_assert(!(adds && point && left == right),
                  "orm: two points in time cannot be added; add a std::chrono duration (f<&E::event_date> + 1h)");
    constexpr bool fits =
        ((adds || subtracts) && (moves || lengths)) || moved || (left == right && point && (subtracts || adds));
    static_assert(
        fits,
        "orm: times are calculated as timestamp +- duration, date +- days, timestamp - timestamp, date - date "
        "and duration +- duration only; give a std::chrono duration such as 1h beside a field of time, and "
        "make a day of a timestamp by orm::local_date(time, zone)");
    constexpr bool fixed = fixed_length<L> && fixed_length<R>;
    static_assert(fixed, "orm: months and years have no fixed length; give std::chrono::days or weeks");
    constexpr bool in_days =
        (left != days && right != days) || (counts<L, std::chrono::days> && counts<R, std::chrono::days>);
    static_assert(in_days, "orm: an orm::Date takes whole days; give std::chrono::days or weeks");
    constexpr bool in_micros = counts<L, std::chrono::microseconds> && counts<R, std::chrono::microseconds>;
    static_assert(in_micros,
                  "orm: the databases keep microseconds; take std::chrono::floor<std::chrono::microseconds>(...) of a "
                  "finer or fractional duration");
    if constexpr (!fits || !fixed || !in_days || !in_micros)
        return;
    else if constexpr (moved)
        return calculate_times<Operator>(r, l);
    else if constexpr (moves)
        return node_of_times < adds ? sql::Op::later : sql::Op::earlier,
               std::conditional_t<left == date, Date, Timestamp>, left == date > (l, r);
    else if constexpr (point)
        return node_of_times<sql::Op::elapsed,
                             std::conditional_t<left == date, std::chrono::days, std::chrono::microseconds>, false>(l,
                                                                                                                    r);
    else if constexpr (left == days)
        return node_of_times<Operator, std::chrono::days, true>(l, r);
    else
        return node_of_times<Operator, std::chrono::microseconds, false>(l, r);
}

template <sql::Op Operator, class L, class R>
constexpr auto calculate(const L& l, const R& r) {
    if constexpr (of_time(side<L>()) || of_time(side<R>()))
        return calculate_times<Operator>(l, r);
    else
        return calculate_numbers<Operator>(l, r);
}

template <class L, class R>
concept OneExpression = Expression<L> || Expression<R>;

}  // namespace orm::detail

namespace orm {

template <class L, class R>
requires detail::OneExpression<L, R>
constexpr auto operator+(const L& l, const R& r) {
    return detail::calculate<sql::Op::add>(l, r);
}
template <class L, class R>
requires detail::OneExpression<L, R>
constexpr auto operator-(const L& l, const R& r) {
    return detail::calculate<sql::Op::subtract>(l, r);
}
template <class L, class R>
requires detail::OneExpression<L, R>
constexpr auto operator*(const L& l, const R& r) {
    return detail::calculate<sql::Op::multiply>(l, r);
}
template <class L, class R>
requires detail::OneExpression<L, R>
constexpr auto operator/(const L& l, const R& r) {
    return detail::calculate<sql::Op::divide>(l, r);
}
template <class L, class R>
requires detail::OneExpression<L, R>
constexpr auto operator%(const L& l, const R& r) {
    return detail::calculate<sql::Op::modulo>(l, r);
}
template <Expression E>
constexpr auto operator-(const E& e) {
    constexpr detail::Category kind = detail::side<E>();
    static_assert(
        kind == detail::Category::number || kind == detail::Category::duration || kind == detail::Category::days,
        "orm: unary - works on numbers and durations");
    return Unary<sql::Op::negate, E, typename E::orm_value>(e);
}

}  // namespace orm
