// expect: give a std::chrono duration such as 1h beside a field of time
// expect: Event::title
#include "../core/models.hpp"

using namespace shop;
using namespace std::chrono_literals;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = f<&E::event_date> - 1h;
#else
auto q = f<&E::title> - 1h;
#endif
