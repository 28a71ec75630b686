// expect: an aggregate of them is orm::count.relation. > 2
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(orm::count(registrations) > 1);
#else
auto q = orm::select<E> | orm::annotate(orm::count(registrations.where(orm::count() > 1)));
#endif
