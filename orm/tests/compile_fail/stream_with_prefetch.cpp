// expect: stream\(\) does not prefetch
// expect: Registration
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
void q() {
    db().stream(orm::select<E>, [](E&&) {});
}
#else
void q() {
    db().stream(orm::select<E> | orm::prefetch(registrations), [](auto&&) {});
}
#endif
