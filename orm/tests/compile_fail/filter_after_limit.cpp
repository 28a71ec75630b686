// expect: put the filter before limit, offset and distinct_on
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::title> == "x") | orm::limit(5);
#else
auto q = orm::select<E> | orm::limit(5) | orm::filter(f<&E::title> == "x");
#endif
