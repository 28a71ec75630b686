// expect: orm::outer<...> outside a subquery, or orm::joined<...> without orm::join<...> before it
// expect: Event::event_date
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> |
                    orm::filter(orm::exists(registrations.where(f<&R::created_at> < orm::outer<&E::event_date>))));
}
#else
auto q() {
    return db().all(orm::select<R> | orm::filter(f<&R::created_at> < orm::outer<&E::event_date>));
}
#endif
