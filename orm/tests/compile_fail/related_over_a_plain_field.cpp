// expect: only a foreign key or a one-to-one leads to another model
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
    return db().all(orm::select<E> | orm::related<&E::venue>);
}
#else
auto q() {
    return db().all(orm::select<E> | orm::related<&E::title>);
}
#endif
