// expect: a group has no one joined row
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<R> | orm::join<&R::event, &E::id>);
}
#else
auto q() {
    return db().all(orm::select<R> | orm::group_by<&R::event> | orm::join<&R::event, &E::id>);
}
#endif
