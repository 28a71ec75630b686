// expect: order_by<...> names fields of the query.s own model
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
    return db().all(orm::select<R> | orm::sort(f<&R::event, &E::title>));
}
#else
auto q() {
    return db().all(orm::select<R> | orm::order_by<&E::title>);
}
#endif
