// expect: distinct.. values can only be ordered by the value itself
// expect: Event::id
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto all = orm::string_agg(f<&E::title>, ",").distinct().order_by(f<&E::title>.desc());
#else
auto all = orm::string_agg(f<&E::title>, ",").distinct().order_by(f<&E::id>.desc());
#endif
