// expect: a many-to-many is a relation, not a field
// expect: Event::special_users
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::count(orm::related_set<&E::special_users>);
#else
auto q = f<&E::special_users>;
#endif
