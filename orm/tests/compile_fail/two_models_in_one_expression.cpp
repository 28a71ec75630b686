// expect: fields of two different models in one expression
// expect: Registration::notes
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = f<&R::event, &E::title> == "x" && f<&R::notes> == "y";
#else
auto q = f<&E::title> == "x" && f<&R::notes> == "y";
#endif
