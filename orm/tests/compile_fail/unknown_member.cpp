// expect: title_of. is not a member of .*Event
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::title> == "x");
#else
auto q = orm::select<E> | orm::filter(f<&E::title_of> == "x");
#endif
