// expect: a key compares only with a key of the same model
// expect: Registration::event
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<R> | orm::filter(f<&R::event> == orm::Id<E>(7));
#else
auto q = orm::select<R> | orm::filter(f<&R::event> == 7);
#endif
