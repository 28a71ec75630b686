// expect: distinct rows are ordered by what they yield
// expect: Event::event_date
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q =
    db().all(orm::select<E> | orm::values<&E::title, &E::event_date> | orm::distinct | orm::order_by<&E::event_date>);
#else
auto q = db().all(orm::select<E> | orm::values<&E::title> | orm::distinct | orm::order_by<&E::event_date>);
#endif
