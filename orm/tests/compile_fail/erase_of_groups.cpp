// expect: groups and aggregates are no rows that could be erased
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().erase(orm::select<R> | orm::filter(orm::in(f<&R::event>, orm::select<R> | orm::group_by<&R::event> |
                                                                             orm::having(orm::count() > 2))));
}
#else
auto q() {
    return db().erase(orm::select<R> | orm::group_by<&R::event> | orm::having(orm::count() > 2));
}
#endif
