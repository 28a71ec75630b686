// expect: a step of this path leads to another model than the next step starts from
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = f<&R::event, &E::title> == "x";
#else
auto q = f<&R::user, &E::title> == "x";
#endif
