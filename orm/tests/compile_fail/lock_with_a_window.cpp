// expect: rows that a window function sees cannot be locked
// expect: Event::fee
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = db().all(orm::select<E> | orm::for_update);
#else
auto q = db().all(orm::select<E> | orm::annotate(orm::over(orm::rank(), orm::partition_by(), f<&E::fee>.asc())) |
                  orm::for_update);
#endif
