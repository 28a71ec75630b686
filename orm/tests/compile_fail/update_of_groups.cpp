// expect: groups and aggregates are no rows that could be updated
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().update(orm::select<R> | orm::filter(orm::in(f<&R::event>, orm::select<R> | orm::group_by<&R::event> |
                                                                              orm::having(orm::count() > 2))),
                       orm::set<&R::status> = R::Status::cancelled);
}
#else
auto q() {
    return db().update(orm::select<R> | orm::group_by<&R::event> | orm::having(orm::count() > 2),
                       orm::set<&R::status> = R::Status::cancelled);
}
#endif
