// expect: prefetch takes the related rows themselves
// expect: Registration::status
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::prefetch(registrations);
#else
auto q = orm::select<E> | orm::prefetch(registrations | orm::group_by<&R::status>);
#endif
