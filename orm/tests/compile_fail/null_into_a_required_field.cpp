// expect: this field is never NULL
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
auto s = (orm::set<& E::venue> = std::nullopt);
#else
auto s = (orm::set<& E::title> = std::nullopt);
#endif
