// expect: a key compares only with a key of the same model
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<R> | orm::filter(f<&R::event> == orm::Id<E>(7));
#else
auto q = orm::select<R> | orm::filter(f<&R::event> == orm::Id<User>(7));
#endif
