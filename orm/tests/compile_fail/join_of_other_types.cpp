// expect: join<own, theirs> compares two fields of the same type
// expect: Event::id
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<R> | orm::join<&R::event, &E::id>;
#else
auto q = orm::select<R> | orm::join<&R::user, &E::id>;
#endif
