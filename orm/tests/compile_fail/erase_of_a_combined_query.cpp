// expect: a combined query cannot be erased
// expect: Event
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

inline auto both() {
    return orm::select<E> | orm::union_with(orm::select<E>);
}

#ifdef FIXED
auto q() {
    return db().erase(orm::select<E>);
}
#else
auto q() {
    return db().erase(both());
}
#endif
