// expect: a combined query cannot be erased
// expect: Event
#include "../core/models.hpp"
#include "case.hpp"

inline auto both() {
    return orm::select<E> | orm::union_with(orm::select<E>);
}

#ifdef FIXED
auto q() {
    return db().erase(orm::select<E>);
}
#else
auto q() {
    return db().erase(both());
}
#endif
