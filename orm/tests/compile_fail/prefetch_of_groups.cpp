// expect: prefetch takes the related rows themselves
// expect: Registration::status
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<E> | orm::prefetch(registrations);
#else
auto q = orm::select<E> | orm::prefetch(registrations | orm::group_by<&R::status>);
#endif
