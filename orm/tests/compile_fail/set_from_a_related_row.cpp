// expect: an UPDATE does not see related rows; take the value from orm::subquery
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
auto a = orm::set<& R::notes> = f<&R::notes>;
#else
auto a = orm::set<& R::notes> = f<&R::event, &E::title>;
#endif
