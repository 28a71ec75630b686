// expect: only and defer take fields of rows, and a group is none
// expect: Card
#include "../core/models.hpp"
#include "case.hpp"

struct Card {
    orm::Id<E> id;
};

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::only<Card>);
}
#else
auto q() {
    return db().all(orm::select<E> | orm::group_by<&E::event_type> | orm::only<Card>);
}
#endif
