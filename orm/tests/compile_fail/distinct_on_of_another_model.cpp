// expect: distinct_on<...> names fields of the query.s own model
// expect: Venue::city
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<Venue> | orm::order_by<&Venue::city> | orm::distinct_on<&Venue::city>;
#else
auto q = orm::select<E> | orm::order_by<&E::venue> | orm::distinct_on<&Venue::city>;
#endif
