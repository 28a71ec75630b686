// expect: keeps at most 18 digits
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
orm::Decimal<18, 2> d;
#else
orm::Decimal<19, 2> d;
#endif
