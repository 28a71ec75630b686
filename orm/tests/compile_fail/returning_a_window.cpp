// expect: a window comes from another query
// expect: Event::fee
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().update_returning(orm::select<E> | orm::values<&E::id>, orm::set<&E::is_published> = true);
}
#else
auto q() {
    return db().update_returning(
        orm::select<E> | orm::value_of(orm::over(orm::rank(), orm::partition_by(), f<&E::fee>.asc())),
        orm::set<&E::is_published> = true);
}
#endif
