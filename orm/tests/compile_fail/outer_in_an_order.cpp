// expect: orm::outer<...> outside a subquery, or orm::joined<...> without orm::join<...> before it
// expect: Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::sort(f<&E::fee>.asc()));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::sort(orm::outer<&E::fee>.asc()));
}
#endif
