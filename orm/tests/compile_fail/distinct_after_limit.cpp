// expect: put distinct before limit and offset
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
auto q = orm::select<E> | orm::values<&E::title> | orm::distinct | orm::limit(5);
#else
auto q = orm::select<E> | orm::values<&E::title> | orm::limit(5) | orm::distinct;
#endif
