// expect: months and years have no fixed length
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
auto q = f<&E::event_date> + std::chrono::weeks(4);
#else
auto q = f<&E::event_date> + std::chrono::months(1);
#endif
