// expect: joins the rows found last with orm::join
// expect: Booking::id
#include "../core/models.hpp"
#include "case.hpp"

struct Chain {
    orm::Id<Booking> booking;
    std::int64_t depth = 0;

    static consteval auto meta() { return orm::rows<"chain">(); }
};
const auto start = orm::select<Booking> | orm::value_of(f<&Booking::id>, orm::value(std::int64_t{0}));

#ifdef FIXED
auto q = orm::recursive<Chain>(start, orm::select<Booking> | orm::join<&Booking::id, &Chain::booking> |
                                          orm::value_of(f<&Booking::id>, orm::value(std::int64_t{1})));
#else
auto q = orm::recursive<Chain>(start, orm::select<Booking> | orm::left_join<&Booking::id, &Chain::booking> |
                                          orm::value_of(f<&Booking::id>, orm::value(std::int64_t{1})));
#endif
