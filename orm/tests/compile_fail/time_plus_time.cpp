// expect: add a std::chrono duration
// expect: Event::event_date
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = f<&E::event_date> + 1h;
#else
auto q = f<&E::event_date> + orm::now;
#endif
