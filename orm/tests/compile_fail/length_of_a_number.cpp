// expect: this function works on texts; make one of the field with orm::cast
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"
using P = Profile;

#ifdef FIXED
auto t = orm::length(orm::cast<std::string>(f<&E::max_participants>));
#else
auto t = orm::length(f<&E::max_participants>);
#endif
