// expect: contains, starts_with and their kin test text fields
// expect: Event::max_participants
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = f<&E::title>.contains("7");
#else
auto q = f<&E::max_participants>.contains("7");
#endif
