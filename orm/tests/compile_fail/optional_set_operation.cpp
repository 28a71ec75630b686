// expect: when\(\) cannot combine queries
// expect: Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::union_with(orm::select<E>));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::when(true, orm::union_with(orm::select<E>)));
}
#endif
