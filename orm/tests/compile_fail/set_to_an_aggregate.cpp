// expect: an UPDATE sees one row at a time
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto a = orm::set<& E::max_participants> = f<&E::max_participants>;
#else
auto a = orm::set<& E::max_participants> = orm::max(f<&E::max_participants>);
#endif
