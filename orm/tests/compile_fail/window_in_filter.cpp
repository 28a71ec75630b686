// expect: filter the rows of orm::cte<Rows>
// expect: Registration::created_at
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<R> | orm::annotate(orm::over(orm::rank(), orm::partition_by(), f<&R::created_at>.asc()));
#else
auto q = orm::select<R> | orm::filter(orm::over(orm::rank(), orm::partition_by(), f<&R::created_at>.asc()) <= 3);
#endif
