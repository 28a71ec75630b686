// expect: orm::outer<...> outside a subquery, or orm::joined<...> without orm::join<...> before it
// expect: Venue
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    const auto same = orm::select<R> | orm::filter(f<&R::notes> == orm::joined<&Venue::name>);
    return db().all(orm::select<E> | orm::join<&E::title, &Venue::name> | orm::filter(orm::exists(same)));
}
#else
auto q() {
    const auto same = orm::select<R> | orm::filter(f<&R::notes> == orm::outer<&Venue::name>);
    return db().all(orm::select<E> | orm::join<&E::title, &Venue::name> | orm::filter(orm::exists(same)));
}
#endif
