// expect: coalesce, nullif, greatest and least take values of one kind; cast the others
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"
using P = Profile;

#ifdef FIXED
auto t = orm::nullif(f<&E::max_participants>, 0);
#else
auto t = orm::nullif(f<&E::max_participants>, "");
#endif
