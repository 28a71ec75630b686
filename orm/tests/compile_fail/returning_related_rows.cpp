// expect: update_returning gives the changed rows themselves or orm::values of their fields
// expect: Event::is_published
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().update_returning(orm::select<E>, orm::set<&E::is_published> = true);
}
#else
auto q() {
    return db().update_returning(orm::select<E> | orm::related<&E::venue>, orm::set<&E::is_published> = true);
}
#endif
