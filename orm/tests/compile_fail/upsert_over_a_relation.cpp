// expect: come from orm::subquery
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q(R& r) {
    return db().upsert(r, orm::on_conflict<&R::event, &R::user>.where(f<&R::notes> == "x"));
}
#else
auto q(R& r) {
    return db().upsert(r, orm::on_conflict<&R::event, &R::user>.where(f<&R::event, &E::title> == "x"));
}
#endif
