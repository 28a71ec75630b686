// expect: ForeignKey<shop::Venue.* has no member named .city
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto city(const E& e) {
    return db().get(e.venue->id).city;
}
#else
auto city(const E& e) {
    return e.venue->city;
}
#endif
