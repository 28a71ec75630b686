// expect: the condition of a relation is about the related model.s fields
// expect: Event::is_published
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto q = registrations.where(f<&R::status> == R::Status::pending);
#else
auto q = registrations.where(f<&E::is_published>);
#endif
