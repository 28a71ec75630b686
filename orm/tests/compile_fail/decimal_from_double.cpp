// expect: a double is not exact; write a decimal as text
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto d = orm::Decimal<6, 2>("9.99");
#else
auto d = orm::Decimal<6, 2>(9.99);
#endif
