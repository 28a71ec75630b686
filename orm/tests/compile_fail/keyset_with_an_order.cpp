// expect: pages have their own order; leave out order_by
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
    return db().all(orm::select<E> | orm::keyset<&E::title>.first);
}
#else
auto q() {
    return db().all(orm::select<E> | orm::order_by<&E::title> | orm::keyset<&E::title>.first);
}
#endif
