// expect: this expression is about another model than the query
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
    return db().all(orm::select<R> | orm::filter(f<&R::event, &E::title> == "x"));
}
#else
auto q() {
    return db().all(orm::select<R> | orm::filter(f<&E::title> == "x"));
}
#endif
