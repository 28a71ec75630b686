// expect: a step of this path leads to another model than the next step starts from
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
auto q = f<&R::event, &E::title> == "x";
#else
auto q = f<&R::user, &E::title> == "x";
#endif
