// expect: this function works on texts; make one of the field with orm::cast
// expect: Event::max_participants
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using P = Profile;

#ifdef FIXED
auto t = orm::length(orm::cast<std::string>(f<&E::max_participants>));
#else
auto t = orm::length(f<&E::max_participants>);
#endif
