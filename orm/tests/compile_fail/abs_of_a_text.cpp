// expect: abs works on numbers; make one of the value with orm::cast
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"
using P = Profile;

#ifdef FIXED
auto n = orm::abs(orm::length(f<&E::title>));
#else
auto n = orm::abs(f<&E::title>);
#endif
