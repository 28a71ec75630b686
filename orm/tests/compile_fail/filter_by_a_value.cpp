// expect: filter needs a condition
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
auto q = orm::select<E> | orm::filter(f<&E::is_published>);
#else
auto q = orm::select<E> | orm::filter(f<&E::title>);
#endif
