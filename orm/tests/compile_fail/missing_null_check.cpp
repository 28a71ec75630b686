// expect: optional<shop::Venue>.* has no member named .city
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto city() {
    return std::get<1>(db().all(orm::select<E> | orm::related<&E::venue>).at(0))->city;
}
#else
auto city() {
    return std::get<1>(db().all(orm::select<E> | orm::related<&E::venue>).at(0)).city;
}
#endif
