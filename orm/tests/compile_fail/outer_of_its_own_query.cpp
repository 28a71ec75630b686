// expect: orm::outer<...> outside a subquery, or orm::joined<...> without orm::join<...> before it
// expect: Event::fee
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    const auto dearer = orm::select<E> | orm::filter(f<&E::fee> > orm::outer<&E::fee>);
    return db().all(orm::select<E> | orm::filter(!orm::exists(dearer)));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::filter(f<&E::fee> > orm::outer<&E::fee>));
}
#endif
