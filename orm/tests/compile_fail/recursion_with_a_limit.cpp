// expect: the step of a recursion is one query of rows
// expect: Booking::id
#include "../core/models.hpp"
#include "case.hpp"

struct Chain {
    orm::Id<Booking> booking;
    std::int64_t depth = 0;

    static consteval auto meta() { return orm::rows<"chain">(); }
};
const auto start = orm::select<Booking> | orm::value_of(f<&Booking::id>, orm::value(std::int64_t{0}));
const auto step = orm::select<Booking> | orm::join<&Booking::id, &Chain::booking> |
                  orm::value_of(f<&Booking::id>, orm::joined<&Chain::depth> + 1);

#ifdef FIXED
auto q = orm::recursive<Chain>(start, step);
#else
auto q = orm::recursive<Chain>(start, step | orm::limit(3));
#endif
