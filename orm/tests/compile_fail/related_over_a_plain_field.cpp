// expect: only a foreign key or a one-to-one leads to another model
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::related<&E::venue>);
}
#else
auto q() {
    return db().all(orm::select<E> | orm::related<&E::title>);
}
#endif
