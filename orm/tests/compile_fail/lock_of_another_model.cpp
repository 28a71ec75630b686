// expect: names orm::self or relations of the query.s own model
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"
[[maybe_unused]] orm::Transaction& tx();

#ifdef FIXED
auto q() {
    return tx().all(orm::select<R> | orm::for_update(orm::of<orm::self, &R::event>));
}
#else
auto q() {
    return tx().all(orm::select<E> | orm::for_update(orm::of<&R::event>));
}
#endif
