// expect: cannot be compared with or set to a value of that type
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
auto q = orm::select<E> | orm::filter(f<&E::is_published> == true);
#else
auto q = orm::select<E> | orm::filter(f<&E::is_published> == 1);
#endif
