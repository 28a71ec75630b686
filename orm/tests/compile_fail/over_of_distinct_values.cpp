// expect: an aggregate without distinct
// expect: Registration::user
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::over(orm::count(f<&R::user>), orm::partition_by());
#else
auto q = orm::over(orm::count(f<&R::user>).distinct(), orm::partition_by());
#endif
