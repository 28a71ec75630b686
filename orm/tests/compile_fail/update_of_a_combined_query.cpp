// expect: a combined query cannot be updated
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

inline auto both() {
    return orm::select<E> | orm::union_with(orm::select<E>);
}

#ifdef FIXED
auto q() {
    return db().update(orm::select<E>, orm::set<&E::title> = "x");
}
#else
auto q() {
    return db().update(both(), orm::set<&E::title> = "x");
}
#endif
