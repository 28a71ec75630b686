// expect: stand in orm::over
// expect: WindowCall
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::annotate(orm::over(orm::rank(), orm::partition_by(), f<&E::fee>.asc())));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::annotate(orm::rank()));
}
#endif
