// expect: a key compares only with a key of the same model
// expect: Event::id
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::id>.in(std::vector<orm::Id<E>>{}));
#else
auto q = orm::select<E> | orm::filter(f<&E::id>.in(std::vector<orm::Id<User>>{}));
#endif
