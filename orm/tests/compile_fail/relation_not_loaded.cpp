// expect: base operand of .->. is not a pointer
#include "../core/models.hpp"
#include "case.hpp"

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
