// expect: coalesce, nullif, greatest and least take values of one kind; cast the others
// expect: Event::venue
#include "../core/models.hpp"
#include "case.hpp"
using P = Profile;

#ifdef FIXED
auto t = orm::coalesce(f<&E::venue, &Venue::name>, orm::cast<std::string>(f<&E::max_participants>));
#else
auto t = orm::coalesce(f<&E::venue, &Venue::name>, f<&E::max_participants>);
#endif
