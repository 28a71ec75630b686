// expect: combine conditions, not values
// expect: Event::is_published
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = f<&E::max_participants> > 0 && f<&E::is_published>;
#else
auto q = f<&E::max_participants> && f<&E::is_published>;
#endif
