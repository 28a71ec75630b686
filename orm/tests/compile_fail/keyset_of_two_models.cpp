// expect: reach the other's through a relation
// expect: Registration::status
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<R> | orm::keyset_by(f<&R::status>, f<&R::event, &E::title>).first);
}
#else
auto q() {
    return db().all(orm::select<R> | orm::keyset<&R::status, &E::title>.first);
}
#endif
