/// Values of several types in a row, as std::tuple holds them, for the expression templates: a program has thousands of
/// such types, and a std::tuple of one value costs the compiler forty functions where this costs none.
///
///     auto keys = orm::detail::pack(a, b);
///     keys.each([&](const auto& key) { ... });       // in order
#pragma once

#include <cstddef>
#include <utility>

namespace orm::detail {

template <std::size_t Index, class T>
struct PackItem {
    T value;
};

template <class Sequence, class... Ts>
struct PackOf;
template <std::size_t... Index, class... Ts>
struct PackOf<std::index_sequence<Index...>, Ts...> : PackItem<Index, Ts>... {
    template <class Visitor>
    constexpr void each([[maybe_unused]] Visitor&& visit) const {
        (visit(static_cast<const PackItem<Index, Ts>&>(*this).value), ...);
    }
};

template <class... Ts>
using Pack = PackOf<std::index_sequence_for<Ts...>, Ts...>;

template <class... Ts>
constexpr Pack<Ts...> pack(Ts... values) {
    return {{std::move(values)}...};
}

}  // namespace orm::detail
