// expect: when\(\) takes stages that do not change the row type
// expect: Event::venue
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
    return db().all(orm::select<E> | orm::when(true, orm::filter(f<&E::is_published>)));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::when(true, orm::related<&E::venue>));
}
#endif
