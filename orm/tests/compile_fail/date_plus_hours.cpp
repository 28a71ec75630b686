// expect: an orm::Date takes whole days
// expect: Profile::date_of_birth
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = f<&Profile::date_of_birth> + std::chrono::days(1);
#else
auto q = f<&Profile::date_of_birth> + 1h;
#endif
