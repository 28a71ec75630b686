// expect: a model needs .static consteval auto meta
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto& m = orm::info<E>();
#else
struct Bare {
    orm::Id<Bare> id;
};
auto& m = orm::info<Bare>();
#endif
