// expect: min and max do not take truth values
// expect: Event::is_published
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::count().where(f<&E::is_published>);
#else
auto q = orm::max(f<&E::is_published>);
#endif
