// expect: this field is never NULL, and the value may be
// expect: Venue::name
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto s = (orm::set<& E::title> = orm::coalesce(f<&E::venue, &Venue::name>, ""));
#else
auto s = (orm::set<& E::title> = f<&E::venue, &Venue::name>);
#endif
