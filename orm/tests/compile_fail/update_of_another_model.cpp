// expect: update sets fields of the query.s own model
// expect: Registration::notes
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().update(orm::select<E>, orm::set<&E::title> = "x");
}
#else
auto q() {
    return db().update(orm::select<E>, orm::set<&R::notes> = "x");
}
#endif
