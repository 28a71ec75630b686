// expect: contains, starts_with and their kin test text fields
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = f<&E::title>.contains("7");
#else
auto q = f<&E::max_participants>.contains("7");
#endif
