// expect: stream\(\) does not prefetch
// expect: Registration
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
void q() {
    db().stream(orm::select<E>, [](E&&) {});
}
#else
void q() {
    db().stream(orm::select<E> | orm::prefetch(registrations), [](auto&&) {});
}
#endif
