// expect: put distinct before limit and offset
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::values<&E::title> | orm::distinct | orm::limit(5);
#else
auto q = orm::select<E> | orm::values<&E::title> | orm::limit(5) | orm::distinct;
#endif
