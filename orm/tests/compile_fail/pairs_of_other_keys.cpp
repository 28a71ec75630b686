// expect: the keys are not those of this many-to-many
// expect: User
// expect: Event::special_users
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q(orm::Id<E> e, orm::Id<User> u) {
    db().add_related_pairs<&E::special_users>(std::vector{std::pair(u, e)});
    db().add_related_pairs<&E::special_users>(std::vector{std::pair(e, u)});
}
#else
auto q(orm::Id<E> e, orm::Id<Venue> v) {
    db().add_related_pairs<&E::special_users>(std::vector{std::pair(e, v)});
}
#endif
