// expect: an aggregate takes a value of each row
// expect: Event::fee
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().aggregate(orm::select<E>, orm::sum(f<&E::fee>));
}
#else
auto q() {
    return db().aggregate(orm::select<E>, orm::max(orm::sum(f<&E::fee>)));
}
#endif
