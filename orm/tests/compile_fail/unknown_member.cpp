// expect: title_of. is not a member of .*Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::title> == "x");
#else
auto q = orm::select<E> | orm::filter(f<&E::title_of> == "x");
#endif
