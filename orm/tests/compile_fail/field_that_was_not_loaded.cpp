// expect: struct Card.. has no member named .notes.|.Card. has no member named .notes.
// expect: Card
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

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
