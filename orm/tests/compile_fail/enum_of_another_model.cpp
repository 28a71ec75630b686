// expect: cannot be compared with or set to a value of that type
// expect: Event::event_type
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::event_type> == E::Type::mixer);
#else
auto q = orm::select<E> | orm::filter(f<&E::event_type> == R::Status::pending);
#endif
