// expect: an aggregate orders groups; add group_by
// expect: Event::fee
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = db().all(orm::select<E> | orm::group_by<&E::venue> | orm::sort(orm::max(f<&E::fee>)));
#else
auto q = db().all(orm::select<E> | orm::sort(orm::max(f<&E::fee>)));
#endif
