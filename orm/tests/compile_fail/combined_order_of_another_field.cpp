// expect: a combined query is ordered by what it yields
// expect: Event::event_date
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto titles = orm::select<E> | orm::values<&E::title, &E::event_date>;
auto q = db().all(titles | orm::union_with(titles) | orm::order_by<&E::event_date>);
#else
auto titles = orm::select<E> | orm::values<&E::title>;
auto q = db().all(titles | orm::union_with(titles) | orm::order_by<&E::event_date>);
#endif
