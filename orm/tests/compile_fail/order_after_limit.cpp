// expect: put the order before limit, offset and distinct_on
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::order_by<&E::title> | orm::limit(5);
#else
auto q = orm::select<E> | orm::limit(5) | orm::order_by<&E::title>;
#endif
