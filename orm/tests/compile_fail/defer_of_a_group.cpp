// expect: only and defer take fields of rows, and a group is none
// expect: Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::defer<&E::title>);
}
#else
auto q() {
    return db().all(orm::select<E> | orm::group_by<&E::event_type> | orm::defer<&E::title>);
}
#endif
