// expect: beside the row stand the values of the keys that are no fields of it
// expect: Registration::event
#include "../core/models.hpp"

using namespace shop;
using namespace std::chrono_literals;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::keyset_by(orm::count(registrations)).after(E{}, 3));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::keyset_by(orm::count(registrations)).after(E{}));
}
#endif
