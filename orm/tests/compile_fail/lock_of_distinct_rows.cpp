// expect: a lock needs the rows themselves, not distinct ones
// expect: Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = db().all(orm::select<E> | orm::for_update);
#else
auto q = db().all(orm::select<E> | orm::distinct | orm::for_update);
#endif
