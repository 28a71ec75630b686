// expect: optional<shop::Venue>.* has no member named .city
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto city() {
    return std::get<1>(db().all(orm::select<E> | orm::related<&E::venue>).at(0))->city;
}
#else
auto city() {
    return std::get<1>(db().all(orm::select<E> | orm::related<&E::venue>).at(0)).city;
}
#endif
