// expect: aggregate yields one row of aggregates
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = db().aggregate(orm::select<E>, orm::max(f<&E::title>));
#else
auto q = db().aggregate(orm::select<E>, f<&E::title>);
#endif
