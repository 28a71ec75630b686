/// Arrays and JSON in queries, on both databases.
///
///     orm::filter(orm::array_overlaps(f<&CrushProfile::interests>, {"hiking", "cooking"}))
///     orm::filter(orm::json_contains(f<&P::completed_challenges>, orm::Json("[7]")))
///     db.update(one, orm::set<&P::completed_challenges> = orm::json_append(f<&P::completed_challenges>,
///     orm::Json("8"))) orm::filter(orm::json_text(f<&C::options>, {"labels", "0"}) == "Yes")
///
/// Containment is PostgreSQL's: an array contains what it has each element of; an object, what it has each member of.
/// On SQLite a table of any size is scanned; on PostgreSQL a gin index serves `array_contains`, `array_overlaps` and
/// `json_contains`.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "orm/functions.hpp"

namespace orm {

namespace detail {

template <class E>
using element_of = typename remove_optional<typename E::orm_value>::value_type;

template <class E>
constexpr void check_array() {
    static_assert(IsVector<remove_optional<typename E::orm_value>>::value,
                  "orm: array tests need an array field (std::vector<T>)");
}
template <class E>
constexpr void check_json() {
    static_assert(std::is_same_v<remove_optional<typename E::orm_value>, Json>,
                  "orm: JSON functions need an orm::Json field");
}

template <sql::Op Operator, class E>
auto array_test(const E& field, std::vector<element_of<E>> items) {
    check_array<E>();
    using V = Value<std::vector<element_of<E>>>;
    return Binary<Operator, E, V>(field, V(std::move(items)));
}

/// A node of two arguments that yields another type than bool.
template <sql::Op Operator, class V, class E>
auto json_node(const E& field, auto argument) {
    check_json<E>();
    using A = Value<decltype(argument)>;
    return Binary<Operator, E, A, V>(field, A(std::move(argument)));
}

}  // namespace detail

/// Has every one of the items.
template <Expression E>
auto array_contains(const E& field, std::vector<detail::element_of<E>> items) {
    return detail::array_test<sql::Op::array_contains>(field, std::move(items));
}
/// Has one of the items.
template <Expression E>
auto array_overlaps(const E& field, std::vector<detail::element_of<E>> items) {
    return detail::array_test<sql::Op::array_overlaps>(field, std::move(items));
}
/// Has no other than the items.
template <Expression E>
auto array_contained_by(const E& field, std::vector<detail::element_of<E>> items) {
    return detail::array_test<sql::Op::array_contained>(field, std::move(items));
}
/// Number of elements.
template <Expression E>
auto array_length(const E& field) {
    detail::check_array<E>();
    return Unary<sql::Op::array_length, E, std::int64_t>(field);
}

template <Expression E>
auto json_contains(const E& field, Json document) {
    return detail::json_node<sql::Op::json_contains, bool>(field, std::move(document));
}
/// The value at a path of keys and indexes, as JSON; NULL where there is none.
template <Expression E>
auto json_get(const E& field, std::vector<std::string> path) {
    return detail::json_node<sql::Op::json_get, std::optional<Json>>(field, std::move(path));
}
/// The same as text: a string without its quotes, a number or a word as it is written.
template <Expression E>
auto json_text(const E& field, std::vector<std::string> path) {
    return detail::json_node<sql::Op::json_get_text, std::optional<std::string>>(field, std::move(path));
}
/// The array with one more value at its end, for update().
template <Expression E>
auto json_append(const E& field, Json value) {
    return detail::json_node<sql::Op::json_append, typename E::orm_value>(field, std::move(value));
}

}  // namespace orm
