// expect: orm::outer<...> outside a subquery, or orm::joined<...> without orm::join<...> before it
// expect: Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::union_with(orm::select<E> | orm::filter(f<&E::fee> > 5)));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::union_with(orm::select<E> | orm::filter(f<&E::fee> > orm::outer<&E::fee>)));
}
#endif
