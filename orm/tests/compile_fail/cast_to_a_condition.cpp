// expect: conditions and numbers are not cast to each other; write number != 0
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto x = f<&E::max_participants> != 0;
#else
auto x = orm::cast<bool>(f<&E::max_participants>);
#endif
