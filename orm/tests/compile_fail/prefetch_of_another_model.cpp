// expect: prefetch takes a relation of the query.s own model
// expect: Event
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::prefetch(registrations));
}
#else
auto q() {
    return db().all(orm::select<User> | orm::prefetch(registrations));
}
#endif
