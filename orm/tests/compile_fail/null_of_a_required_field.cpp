// expect: this field is never NULL
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
auto q = orm::select<E> | orm::filter(f<&E::venue> == std::nullopt);
#else
auto q = orm::select<E> | orm::filter(f<&E::title> == std::nullopt);
#endif
