// expect: order a combined query after union_with
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::order_by<&E::title> | orm::limit(5) | orm::union_with(orm::select<E>));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::order_by<&E::title> | orm::union_with(orm::select<E>));
}
#endif
