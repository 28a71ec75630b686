// expect: filter the rows of orm::cte<Rows>
// expect: Registration::created_at
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<R> | orm::annotate(orm::over(orm::rank(), orm::partition_by(), f<&R::created_at>.asc()));
#else
auto q = orm::select<R> | orm::filter(orm::over(orm::rank(), orm::partition_by(), f<&R::created_at>.asc()) <= 3);
#endif
