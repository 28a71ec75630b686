// expect: sum and avg take numbers and durations; count takes anything
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto s = orm::sum(orm::length(f<&E::title>));
#else
auto s = orm::sum(f<&E::title>);
#endif
