// expect: this expression is about another model than the query
// expect: Venue::city
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<Venue> | orm::group_by<&Venue::city> | orm::having(f<&Venue::city> == "x");
#else
auto q = orm::select<E> | orm::group_by<&E::venue> | orm::having(f<&Venue::city> == "x");
#endif
