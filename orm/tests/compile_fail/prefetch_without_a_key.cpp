// expect: select the model, or orm::only<T> with a member id
// expect: Event
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

struct Card {
    orm::Char<200> title;
};
struct CardWithKey {
    orm::Id<E> id;
    orm::Char<200> title;
};

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::only<CardWithKey> | orm::prefetch(registrations));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::only<Card> | orm::prefetch(registrations));
}
#endif
