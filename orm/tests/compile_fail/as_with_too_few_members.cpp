// expect: the struct needs one member for each part of the row
// expect: Event::venue
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
struct Card {
    E event;
    std::optional<Venue> venue;
};
auto q() {
    return db().all(orm::select<E> | orm::related<&E::venue> | orm::as<Card>);
}
#else
struct Card {
    E event;
};
auto q() {
    return db().all(orm::select<E> | orm::related<&E::venue> | orm::as<Card>);
}
#endif
