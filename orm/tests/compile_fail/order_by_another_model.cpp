// expect: order_by<...> names fields of the query.s own model
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<R> | orm::sort(f<&R::event, &E::title>));
}
#else
auto q() {
    return db().all(orm::select<R> | orm::order_by<&E::title>);
}
#endif
