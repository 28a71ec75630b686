// expect: over\(\) takes a window function or an aggregate
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::over(orm::first_value(f<&E::title>), orm::partition_by());
#else
auto q = orm::over(f<&E::title>, orm::partition_by());
#endif
