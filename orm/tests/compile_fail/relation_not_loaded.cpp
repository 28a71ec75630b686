// expect: base operand of .->. is not a pointer
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
void loop() {
    for (const auto& [event, venue] : db().all(orm::select<E> | orm::related<&E::venue>)) use(venue);
}
#else
void loop() {
    for (const auto& [event, venue] : db().all(orm::select<E> | orm::annotate(orm::count(registrations))))
        use(venue->city);
}
#endif
