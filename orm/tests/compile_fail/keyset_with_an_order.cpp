// expect: pages have their own order; leave out order_by
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::keyset<&E::title>.first);
}
#else
auto q() {
    return db().all(orm::select<E> | orm::order_by<&E::title> | orm::keyset<&E::title>.first);
}
#endif
