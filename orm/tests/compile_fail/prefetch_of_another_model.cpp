// expect: prefetch takes a relation of the query.s own model
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
auto q() {
    return db().all(orm::select<E> | orm::prefetch(registrations));
}
#else
auto q() {
    return db().all(orm::select<User> | orm::prefetch(registrations));
}
#endif
