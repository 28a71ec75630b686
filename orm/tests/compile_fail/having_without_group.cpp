// expect: having needs a group_by before it
// expect: Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::group_by<&E::event_type> | orm::having(orm::count() > 3));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::having(orm::count() > 3));
}
#endif
