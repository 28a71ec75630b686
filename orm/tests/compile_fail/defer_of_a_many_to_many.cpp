// expect: a many-to-many is no column
// expect: Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::defer<&E::title>);
}
#else
auto q() {
    return db().all(orm::select<E> | orm::defer<&E::special_users>);
}
#endif
