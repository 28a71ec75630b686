// expect: not_in.value, query.: the query yields another type than the value
// expect: Event
// expect: Event::id
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<User> | orm::filter(orm::not_in(f<&User::id>, orm::select<User> | orm::values<&User::id>));
#else
auto q = orm::select<User> | orm::filter(orm::not_in(f<&User::id>, orm::select<E> | orm::values<&E::id>));
#endif
