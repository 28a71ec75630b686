// expect: this expression is about another model than the query
// expect: Venue::city
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<E> | orm::value_of(f<&E::venue, &Venue::city>);
#else
auto q = orm::select<E> | orm::value_of(f<&Venue::city>);
#endif
