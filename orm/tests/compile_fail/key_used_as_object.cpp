// expect: ForeignKey<shop::Venue.* has no member named .city
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
auto city(const E& e) {
    return db().get(e.venue->id).city;
}
#else
auto city(const E& e) {
    return e.venue->city;
}
#endif
