// expect: orm::related<&Model::relation> makes the row a part of the query
// expect: shop::Event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
void loop() {
    for (const auto& [registration, event] : db().all(orm::select<R> | orm::related<&R::event>)) use(event.title);
}
#else
void loop() {
    for (const R& registration : db().all(orm::select<R>)) use(registration.event->title);
}
#endif
