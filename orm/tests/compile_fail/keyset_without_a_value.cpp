// expect: beside the row stand the values of the keys that are no fields of it
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::keyset_by(orm::count(registrations)).after(E{}, 3));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::keyset_by(orm::count(registrations)).after(E{}));
}
#endif
