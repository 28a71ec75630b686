// expect: distinct_on keeps rows themselves
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<R> | orm::order_by<&R::event> | orm::distinct_on<&R::event>);
}
#else
auto q() {
    return db().all(orm::select<R> | orm::group_by<&R::event> | orm::annotate(orm::count()) | orm::order_by<&R::event> |
                    orm::distinct_on<&R::event>);
}
#endif
