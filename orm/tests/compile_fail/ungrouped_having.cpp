// expect: put a test of single rows into a filter before group_by
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
auto q = db().all(orm::select<R> | orm::filter(f<&R::notes> == "x") | orm::group_by<&R::status>);
#else
auto q = db().all(orm::select<R> | orm::group_by<&R::status> | orm::having(f<&R::notes> == "x"));
#endif
