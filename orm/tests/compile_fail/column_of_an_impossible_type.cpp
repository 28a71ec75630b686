// expect: no column can hold this type
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto t = orm::type_info<orm::Timestamp>.kind;
#else
auto t = orm::type_info<std::tuple<int> >.kind;
#endif
