// expect: add a std::chrono duration
// expect: Event::event_date
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
auto q = f<&E::event_date> + 1h;
#else
auto q = f<&E::event_date> + orm::now;
#endif
