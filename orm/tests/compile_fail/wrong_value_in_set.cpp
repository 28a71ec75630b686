// expect: cannot be compared with or set to a value of that type
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto s = (orm::set<& E::max_participants> = 30);
#else
auto s = (orm::set<& E::max_participants> = "thirty");
#endif
