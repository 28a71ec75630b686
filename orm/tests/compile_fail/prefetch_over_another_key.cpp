// expect: one of the model that the foreign key names
// expect: Registration::user
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<R> | orm::prefetch<&R::event>(registrations));
}
#else
auto q() {
    return db().all(orm::select<R> | orm::prefetch<&R::user>(registrations));
}
#endif
