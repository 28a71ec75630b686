// expect: distinct_on keeps rows themselves
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::order_by<&E::title> | orm::distinct_on<&E::title>);
}
#else
auto q() {
    return db().all(orm::select<E> | orm::distinct | orm::order_by<&E::title> | orm::distinct_on<&E::title>);
}
#endif
