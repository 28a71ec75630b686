// expect: a key compares only with a key of the same model
// expect: Event::id
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::id>.in(std::vector<orm::Id<E>>{}));
#else
auto q = orm::select<E> | orm::filter(f<&E::id>.in(std::vector<orm::Id<User>>{}));
#endif
