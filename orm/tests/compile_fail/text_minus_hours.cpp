// expect: give a std::chrono duration such as 1h beside a field of time
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = f<&E::event_date> - 1h;
#else
auto q = f<&E::title> - 1h;
#endif
