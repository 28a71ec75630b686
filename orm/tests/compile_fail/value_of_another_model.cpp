// expect: this expression is about another model than the query
// expect: Venue::city
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::value_of(f<&E::venue, &Venue::city>);
#else
auto q = orm::select<E> | orm::value_of(f<&Venue::city>);
#endif
