// expect: this field is never NULL, and the value may be
// expect: Venue::name
#include "../core/models.hpp"
#include "case.hpp"

auto name =
    orm::subquery(orm::select<Venue> | orm::filter(f<&Venue::id> == orm::outer<&E::venue>) | orm::values<&Venue::name>);

#ifdef FIXED
auto s = (orm::set<& E::title> = orm::coalesce(name, ""));
#else
auto s = (orm::set<& E::title> = name);
#endif
