// expect: cannot lock a row that may not be there
// expect: Event::venue
#include "../core/models.hpp"
#include "case.hpp"
[[maybe_unused]] orm::Transaction& tx();

#ifdef FIXED
auto q() {
    return tx().all(orm::select<R> | orm::for_update(orm::of<orm::self, &R::event>));
}
#else
auto q() {
    return tx().all(orm::select<E> | orm::for_update(orm::of<&E::venue>));
}
#endif
