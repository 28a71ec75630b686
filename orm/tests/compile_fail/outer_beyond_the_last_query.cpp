// expect: orm::outer<...> outside a subquery, or orm::joined<...> without orm::join<...> before it
// expect: Event::fee
#include "../core/models.hpp"
#include "case.hpp"

auto q() {
#ifdef FIXED
    const auto dearer = orm::select<E> | orm::filter(f<&E::fee> > orm::outer<&E::fee>);
#else
    const auto dearer = orm::select<E> | orm::filter(f<&E::fee> > orm::outer_of<2, &E::fee>);
#endif
    return db().all(orm::select<E> | orm::filter(!orm::exists(dearer)));
}
