// expect: a many-to-many is a relation, not a field
// expect: Event::special_users
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::count(orm::related_set<&E::special_users>);
#else
auto q = f<&E::special_users>;
#endif
