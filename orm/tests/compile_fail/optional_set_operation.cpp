// expect: when\(\) cannot combine queries
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
    return db().all(orm::select<E> | orm::union_with(orm::select<E>));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::when(true, orm::union_with(orm::select<E>)));
}
#endif
