// expect: having needs a condition: orm::having
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<E> | orm::group_by<&E::venue> | orm::having(orm::count() > 2);
#else
auto q = orm::select<E> | orm::group_by<&E::venue> | orm::having(orm::count());
#endif
