/// What a numeric column of SQLite keeps of a decimal: one with a fraction becomes a double, which holds 15 digits
/// exactly; without a fraction it becomes a 64-bit integer, exact at any size.
#pragma once

#include <cstdint>
#include <string>

#include "orm/types.hpp"

namespace orm::sqlite {

inline constexpr std::int64_t most_with_fraction = 1'000'000'000'000'000;

/// Takes zeros off the end where there are too many digits; false: there still are, and it would be rounded.
inline bool make_storable(std::int64_t& units, int& scale) {
    const auto too_many = [&] { return (units >= most_with_fraction || units <= -most_with_fraction) && scale > 0; };
    while (too_many() && units % 10 == 0) {
        units /= 10;
        --scale;
    }
    return !too_many();
}

inline std::string not_storable(std::int64_t units, int scale) {
    return detail::format_decimal(units, scale) +
           " has more than the 15 significant digits that SQLite keeps exactly in a decimal with a fraction";
}

}  // namespace orm::sqlite
