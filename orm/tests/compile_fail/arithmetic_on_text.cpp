// expect: work on numbers; use orm::concat for text
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::concat(f<&E::title>, "!");
#else
auto q = f<&E::title> + "!";
#endif
