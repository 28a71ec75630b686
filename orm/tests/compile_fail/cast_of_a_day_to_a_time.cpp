// expect: when a day begins depends on the zone; compare it with orm::local_date
// expect: Profile::date_of_birth
#include "../core/models.hpp"
#include "case.hpp"
using P = Profile;

#ifdef FIXED
auto x = orm::local_date(f<&P::user, &User::date_joined>, "Europe/Luxembourg") == f<&P::date_of_birth>;
#else
auto x = orm::cast<orm::Timestamp>(f<&P::date_of_birth>);
#endif
