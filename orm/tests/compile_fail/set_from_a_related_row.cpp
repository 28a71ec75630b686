// expect: an UPDATE does not see related rows; take the value from orm::subquery
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto a = orm::set<& R::notes> = f<&R::notes>;
#else
auto a = orm::set<& R::notes> = f<&R::event, &E::title>;
#endif
