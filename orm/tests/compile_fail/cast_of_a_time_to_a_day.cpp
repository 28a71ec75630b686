// expect: which day a time lies in depends on the zone; take it with orm::local_date
// expect: Event::event_date
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto x = orm::local_date(f<&E::event_date>, "Europe/Luxembourg");
#else
auto x = orm::cast<orm::Date>(f<&E::event_date>);
#endif
