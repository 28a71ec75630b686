// expect: put a test of single rows into a filter before group_by
// expect: Registration::notes
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = db().all(orm::select<R> | orm::filter(f<&R::notes> == "x") | orm::group_by<&R::status>);
#else
auto q = db().all(orm::select<R> | orm::group_by<&R::status> | orm::having(f<&R::notes> == "x"));
#endif
