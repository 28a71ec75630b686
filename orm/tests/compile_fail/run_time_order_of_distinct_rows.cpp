// expect: distinct rows are ordered by what they yield
// expect: shop::Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::Order<E>("venue__city"));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::Order<E>("venue__city") | orm::distinct);
}
#endif
