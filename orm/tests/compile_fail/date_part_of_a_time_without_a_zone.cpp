// expect: date_part without a time zone needs an orm::Date; name the zone
// expect: Event::event_date
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto hour = orm::date_part<orm::Part::hour>(f<&E::event_date>, "Europe/Luxembourg");
#else
auto hour = orm::date_part<orm::Part::hour>(f<&E::event_date>);
#endif
