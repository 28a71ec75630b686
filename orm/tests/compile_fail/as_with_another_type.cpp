// expect: a member.s type differs from its part of the row
// expect: Event::venue
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

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
    Venue venue;
};
auto q() {
    return db().all(orm::select<E> | orm::related<&E::venue> | orm::as<Card>);
}
#endif
