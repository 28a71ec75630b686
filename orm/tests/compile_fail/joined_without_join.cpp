// expect: orm::joined<...> without orm::join<...> before it
// expect: Event::is_published
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
    return db().all(orm::select<R> | orm::join<&R::event, &E::id> | orm::filter(orm::joined<&E::is_published>));
}
#else
auto q() {
    return db().all(orm::select<R> | orm::filter(orm::joined<&E::is_published>));
}
#endif
