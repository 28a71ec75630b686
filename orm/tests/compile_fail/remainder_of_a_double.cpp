// expect: % works on whole numbers and decimals, as doubles have no exact rest of a division; cast the double
// expect: Event::fee
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::cast<std::int64_t>(orm::cast<double>(f<&E::fee>)) % 3;
#else
auto q = orm::cast<double>(f<&E::fee>) % 3;
#endif
