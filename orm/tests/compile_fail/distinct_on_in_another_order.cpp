// expect: the order before distinct_on begins with the same fields
// expect: Registration::user
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<R> | orm::order_by<&R::user, &R::event> | orm::distinct_on<&R::user>;
#else
auto q = orm::select<R> | orm::order_by<&R::event, &R::user> | orm::distinct_on<&R::user>;
#endif
