// expect: aggregate yields one row of aggregates
// expect: Event::title
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = db().aggregate(orm::select<E>, orm::max(f<&E::title>));
#else
auto q = db().aggregate(orm::select<E>, f<&E::title>);
#endif
