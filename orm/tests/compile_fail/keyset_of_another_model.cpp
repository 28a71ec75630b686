// expect: orm::keyset_by\(f<&A::relation, &B::field>\)
// expect: Event::title
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
    return db().all(orm::select<R> | orm::keyset_by(f<&R::event, &E::title>).first);
}
#else
auto q() {
    return db().all(orm::select<R> | orm::keyset<&E::title>.first);
}
#endif
