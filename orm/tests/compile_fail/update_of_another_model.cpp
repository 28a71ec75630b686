// expect: update sets fields of the query.s own model
// expect: Registration::notes
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
    return db().update(orm::select<E>, orm::set<&E::title> = "x");
}
#else
auto q() {
    return db().update(orm::select<E>, orm::set<&R::notes> = "x");
}
#endif
