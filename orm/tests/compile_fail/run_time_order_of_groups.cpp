// expect: groups are ordered by aggregates and by what they are grouped by
// expect: shop::Event::venue
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::group_by<&E::venue> | orm::order_by<&E::venue>);
}
#else
auto q() {
    return db().all(orm::select<E> | orm::Order<E>("title") | orm::group_by<&E::venue>);
}
#endif
