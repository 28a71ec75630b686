// expect: combine conditions, not values
// expect: Event::is_published
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = f<&E::max_participants> > 0 && f<&E::is_published>;
#else
auto q = f<&E::max_participants> && f<&E::is_published>;
#endif
