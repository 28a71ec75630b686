// expect: an aggregate of related rows takes a field of theirs
// expect: Event::fee
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::annotate(orm::count(registrations, f<&R::notes>));
#else
auto q = orm::select<E> | orm::annotate(orm::sum(registrations, f<&E::fee>));
#endif
