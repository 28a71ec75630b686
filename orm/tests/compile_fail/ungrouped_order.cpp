// expect: groups are ordered by aggregates and by what they are grouped by
// expect: Registration::notes
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = db().all(orm::select<R> | orm::group_by<&R::status> | orm::sort(orm::max(f<&R::notes>)));
#else
auto q = db().all(orm::select<R> | orm::group_by<&R::status> | orm::sort(f<&R::notes>));
#endif
