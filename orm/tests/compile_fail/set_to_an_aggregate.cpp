// expect: an UPDATE sees one row at a time
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
auto a = orm::set<& E::max_participants> = f<&E::max_participants>;
#else
auto a = orm::set<& E::max_participants> = orm::max(f<&E::max_participants>);
#endif
