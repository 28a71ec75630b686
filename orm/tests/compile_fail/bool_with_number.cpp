// expect: cannot be compared with or set to a value of that type
// expect: Event::is_published
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::is_published> == true);
#else
auto q = orm::select<E> | orm::filter(f<&E::is_published> == 1);
#endif
