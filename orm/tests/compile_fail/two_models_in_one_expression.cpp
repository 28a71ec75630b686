// expect: fields of two different models in one expression
// expect: Registration::notes
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = f<&R::event, &E::title> == "x" && f<&R::notes> == "y";
#else
auto q = f<&E::title> == "x" && f<&R::notes> == "y";
#endif
