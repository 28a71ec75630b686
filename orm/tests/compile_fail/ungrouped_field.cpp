// expect: add the field to group_by, or take orm::min, orm::max or orm::array_agg of it
// expect: Registration::notes
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = db().all(orm::select<R> | orm::group_by<&R::status> | orm::annotate(orm::max(f<&R::notes>)));
#else
auto q = db().all(orm::select<R> | orm::group_by<&R::status> | orm::annotate(f<&R::notes>));
#endif
