// expect: this expression is about another model than the query
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<R> | orm::filter(f<&R::event, &E::title> == "x"));
}
#else
auto q() {
    return db().all(orm::select<R> | orm::filter(f<&E::title> == "x"));
}
#endif
