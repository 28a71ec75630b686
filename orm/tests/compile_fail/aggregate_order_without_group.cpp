// expect: an aggregate orders groups; add group_by
// expect: Event::fee
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = db().all(orm::select<E> | orm::group_by<&E::venue> | orm::sort(orm::max(f<&E::fee>)));
#else
auto q = db().all(orm::select<E> | orm::sort(orm::max(f<&E::fee>)));
#endif
