// expect: an aggregate of the query.s own rows needs group_by
// expect: Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().aggregate(orm::select<E>, orm::count());
}
#else
auto q() {
    return db().all(orm::select<E> | orm::annotate(orm::count()));
}
#endif
