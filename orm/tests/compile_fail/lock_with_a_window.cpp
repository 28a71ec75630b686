// expect: rows that a window function sees cannot be locked
// expect: Event::fee
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = db().all(orm::select<E> | orm::for_update);
#else
auto q = db().all(orm::select<E> | orm::annotate(orm::over(orm::rank(), orm::partition_by(), f<&E::fee>.asc())) |
                  orm::for_update);
#endif
