// expect: when\(\) cannot turn the rows round
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
    return db().all(orm::select<E> | orm::keyset<&E::id>.before(E{}));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::when(true, orm::keyset<&E::id>.before(E{})));
}
#endif
