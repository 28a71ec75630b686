// expect: an aggregate of related rows takes a field of theirs
// expect: Event::fee
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<E> | orm::annotate(orm::count(registrations, f<&R::notes>));
#else
auto q = orm::select<E> | orm::annotate(orm::sum(registrations, f<&E::fee>));
#endif
