// expect: cannot be compared with or set to a value of that type
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::title> == "7");
#else
auto q = orm::select<E> | orm::filter(f<&E::title> == 7);
#endif
