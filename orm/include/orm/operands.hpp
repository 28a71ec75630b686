/// What expressions are made of, asked of their types: so that what may not stand somewhere, such as a window in a
/// filter, does not compile. Internal to the data layer.
#pragma once

#include "orm/expression.hpp"

namespace orm::detail {

/// A list of expressions.
template <class... Es>
struct Exprs {};

/// What an expression is made of; empty for a leaf. Specialised beside each node that has operands.
template <class E>
struct OperandsOf {
    using type = Exprs<>;
};
template <sql::Op Operator, class L, class R, class V>
struct OperandsOf<Binary<Operator, L, R, V>> {
    using type = Exprs<L, R>;
};
template <sql::Op Operator, class L, class V>
struct OperandsOf<Unary<Operator, L, V>> {
    using type = Exprs<L>;
};
template <class E>
using operands_of = typename OperandsOf<E>::type;

template <class E>
inline constexpr bool is_window = false;
template <class... Es>
consteval bool any_window(Exprs<Es...>) {
    return ((is_window<Es> || any_window(operands_of<Es>{})) || ...);
}
/// Whether a window function is part of it.
template <class E>
inline constexpr bool has_window = any_window(Exprs<E>{});

/// Whether it has a value for each row by itself.
template <class E>
inline constexpr bool of_single_rows = !E::aggregate && !has_window<E>;

}  // namespace orm::detail
