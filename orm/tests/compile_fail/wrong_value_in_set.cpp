// expect: cannot be compared with or set to a value of that type
// expect: Event::max_participants
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto s = (orm::set<& E::max_participants> = 30);
#else
auto s = (orm::set<& E::max_participants> = "thirty");
#endif
