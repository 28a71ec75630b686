// expect: put the order before limit, offset and distinct_on
// expect: Event::title
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<E> | orm::order_by<&E::title> | orm::limit(5);
#else
auto q = orm::select<E> | orm::limit(5) | orm::order_by<&E::title>;
#endif
