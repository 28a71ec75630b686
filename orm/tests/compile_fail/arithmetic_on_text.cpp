// expect: work on numbers; use orm::concat for text
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
auto q = orm::concat(f<&E::title>, "!");
#else
auto q = f<&E::title> + "!";
#endif
