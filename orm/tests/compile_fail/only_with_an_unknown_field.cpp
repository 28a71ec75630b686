// expect: T has a member whose name is no field of the query.s model
// expect: Card
#include "../core/models.hpp"
#include "case.hpp"

struct Card {
    orm::Id<E> id;
#ifdef FIXED
    orm::Char<200> title;
#else
    orm::Char<200> titel;
#endif
};

#ifdef FIXED
auto q = orm::select<E> | orm::only<Card>;
#else
auto q = orm::select<E> | orm::only<Card>;
#endif
