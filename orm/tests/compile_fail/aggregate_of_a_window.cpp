// expect: an aggregate takes a value of each row
// expect: Event::fee
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::sum(f<&E::fee>);
#else
auto q = orm::sum(orm::over(orm::sum(f<&E::fee>), orm::partition_by()));
#endif
