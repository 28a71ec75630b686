// expect: groups are ordered by aggregates and by what they are grouped by
// expect: Registration::notes
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = db().all(orm::select<R> | orm::group_by<&R::status> | orm::sort(orm::max(f<&R::notes>)));
#else
auto q = db().all(orm::select<R> | orm::group_by<&R::status> | orm::sort(f<&R::notes>));
#endif
