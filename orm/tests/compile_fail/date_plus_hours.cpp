// expect: an orm::Date takes whole days
// expect: Profile::date_of_birth
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
auto q = f<&Profile::date_of_birth> + std::chrono::days(1);
#else
auto q = f<&Profile::date_of_birth> + 1h;
#endif
