// expect: reach the other's through a relation
// expect: Registration::status
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
    return db().all(orm::select<R> | orm::keyset_by(f<&R::status>, f<&R::event, &E::title>).first);
}
#else
auto q() {
    return db().all(orm::select<R> | orm::keyset<&R::status, &E::title>.first);
}
#endif
