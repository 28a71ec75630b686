// expect: use of deleted function
// expect: Deferred
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
orm::Char<200> q() {
    const auto row = db().get(orm::select<E> | orm::defer<&E::fee>);
    return row[f<&E::title>];
}
#else
orm::Char<200> q() {
    return db().get(orm::select<E> | orm::defer<&E::fee>)[f<&E::title>];
}
#endif
