// expect: months and years have no fixed length
// expect: Event::event_date
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = f<&E::event_date> + std::chrono::weeks(4);
#else
auto q = f<&E::event_date> + std::chrono::months(1);
#endif
