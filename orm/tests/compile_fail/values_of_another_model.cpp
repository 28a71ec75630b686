// expect: name fields of the query.s own model; those of a related one are
// expect: Venue::city
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::value_of(f<&E::venue, &Venue::city>);
#else
auto q = orm::select<E> | orm::values<&Venue::city>;
#endif
