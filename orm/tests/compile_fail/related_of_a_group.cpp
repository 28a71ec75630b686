// expect: a group has no one related row; group by its fields
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<R> | orm::grouped_by(f<&R::event, &E::title>) | orm::annotate(orm::count()));
}
#else
auto q() {
    return db().all(orm::select<R> | orm::group_by<&R::event> | orm::related<&R::event>);
}
#endif
