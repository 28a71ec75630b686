// expect: the order before distinct_on begins with the same fields
// expect: Registration::user
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<R> | orm::order_by<&R::user, &R::event> | orm::distinct_on<&R::user>;
#else
auto q = orm::select<R> | orm::order_by<&R::event, &R::user> | orm::distinct_on<&R::user>;
#endif
