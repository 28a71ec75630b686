// expect: cannot be compared with or set to a value of that type
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::max_participants> == 30);
#else
auto q = orm::select<E> | orm::filter(f<&E::max_participants> == "thirty");
#endif
