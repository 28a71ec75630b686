// expect: filter needs a condition
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::is_published>);
#else
auto q = orm::select<E> | orm::filter(f<&E::title>);
#endif
