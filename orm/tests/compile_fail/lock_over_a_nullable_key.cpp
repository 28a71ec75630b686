// expect: cannot lock over a key that may be NULL; lock the related row by a query of its own
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<R> | orm::for_update(orm::of<&R::event>);
#else
auto q = orm::select<E> | orm::for_update(orm::of<&E::venue>);
#endif
