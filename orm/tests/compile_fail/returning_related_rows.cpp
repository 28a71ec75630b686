// expect: update_returning gives the changed rows themselves or orm::values of their fields
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
    return db().update_returning(orm::select<E>, orm::set<&E::is_published> = true);
}
#else
auto q() {
    return db().update_returning(orm::select<E> | orm::related<&E::venue>, orm::set<&E::is_published> = true);
}
#endif
