// expect: struct Card.. has no member named .notes.|.Card. has no member named .notes.
// expect: Card
#include "../core/models.hpp"
#include "case.hpp"

struct Card {
    orm::Id<R> id;
    R::Status status;
};

#ifdef FIXED
void loop() {
    for (const Card& card : db().all(orm::select<R> | orm::only<Card>)) use(card.status);
}
#else
void loop() {
    for (const Card& card : db().all(orm::select<R> | orm::only<Card>)) use(card.notes);
}
#endif
