// expect: join<own, theirs> compares two fields of the same type
// expect: Event::id
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<R> | orm::join<&R::event, &E::id>;
#else
auto q = orm::select<R> | orm::join<&R::user, &E::id>;
#endif
