// expect: order a combined query after union_with
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
auto q() {
    return db().all(orm::select<E> | orm::order_by<&E::title> | orm::limit(5) | orm::union_with(orm::select<E>));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::order_by<&E::title> | orm::union_with(orm::select<E>));
}
#endif
