// expect: a field of another model.s row comes from orm::subquery
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto a = orm::set<& R::notes> = f<&R::notes>;
#else
auto a = orm::set<& R::notes> = f<&E::title>;
#endif
