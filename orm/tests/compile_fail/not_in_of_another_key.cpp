// expect: not_in.value, query.: the query yields another type than the value
// expect: Event
// expect: Event::id
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<User> | orm::filter(orm::not_in(f<&User::id>, orm::select<User> | orm::values<&User::id>));
#else
auto q = orm::select<User> | orm::filter(orm::not_in(f<&User::id>, orm::select<E> | orm::values<&E::id>));
#endif
