// expect: an aggregate of the query.s own rows needs group_by
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
    return db().aggregate(orm::select<E>, orm::count());
}
#else
auto q() {
    return db().all(orm::select<E> | orm::annotate(orm::count()));
}
#endif
