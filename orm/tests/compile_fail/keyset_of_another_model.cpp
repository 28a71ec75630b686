// expect: orm::keyset_by\(f<&A::relation, &B::field>\)
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<R> | orm::keyset_by(f<&R::event, &E::title>).first);
}
#else
auto q() {
    return db().all(orm::select<R> | orm::keyset<&E::title>.first);
}
#endif
