// expect: orm::joined<...> without orm::join<...> before it
// expect: Event::is_published
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<R> | orm::join<&R::event, &E::id> | orm::filter(orm::joined<&E::is_published>));
}
#else
auto q() {
    return db().all(orm::select<R> | orm::filter(orm::joined<&E::is_published>));
}
#endif
