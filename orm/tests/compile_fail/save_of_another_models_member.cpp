// expect: save<...> names members of the object.s model
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
void q(E& e) {
    db().save<&E::title>(e);
}
#else
void q(E& e) {
    db().save<&R::notes>(e);
}
#endif
