// expect: a lock needs the rows themselves, not distinct ones
// expect: Event
// expect: Event
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = db().all(orm::select<E> | orm::for_update);
#else
auto q = db().all(orm::select<E> | orm::distinct | orm::for_update);
#endif
