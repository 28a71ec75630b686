// expect: the keys are not those of this many-to-many.s models
// expect: Event::special_users
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
void q(E& e, User& u) {
    db().add_related<&E::special_users>(e.id, std::vector{u.id});
}
#else
void q(E& e) {
    db().add_related<&E::special_users>(e.id, std::vector{e.id});
}
#endif
