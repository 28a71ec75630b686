// expect: stream\(\) cannot turn the rows of pages.before
// expect: Event::id
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
    return db().stream(orm::select<E> | orm::keyset<&E::id>.after(E{}), [](E&&) {});
}
#else
auto q() {
    return db().stream(orm::select<E> | orm::keyset<&E::id>.before(E{}), [](E&&) {});
}
#endif
