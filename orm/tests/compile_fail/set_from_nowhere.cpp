// expect: orm::outer names the changed row
// expect: Booking::venue
// expect: Event::venue
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().update(orm::select<E>, orm::set<&E::venue> = std::nullopt);
}
#else
auto q() {
    return db().update(orm::select<E>, orm::set<&E::venue> = orm::outer<&Booking::venue>);
}
#endif
