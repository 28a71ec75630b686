// expect: put filter, annotate, related, values and locks into the queries
// expect: Event::is_published
#include "../core/models.hpp"
#include "case.hpp"

inline auto both() {
    return orm::select<E> | orm::union_with(orm::select<E>);
}

#ifdef FIXED
auto q() {
    return db().all(both() | orm::order_by<&E::title>);
}
#else
auto q() {
    return db().all(both() | orm::filter(f<&E::is_published>));
}
#endif
