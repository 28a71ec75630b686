// expect: page by orm::cast<orm::Decimal
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
    return db().all(orm::select<E> | orm::keyset_by(orm::cast<orm::Decimal<8, 2>>(f<&E::fee> * 2)).first);
}
#else
auto q() {
    return db().all(orm::select<E> | orm::keyset_by(f<&E::fee> * 2).first);
}
#endif
