// expect: stream\(\) cannot turn the rows of pages.before
// expect: Event::id
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().stream(orm::select<E> | orm::keyset<&E::id>.after(E{}), [](E&&) {});
}
#else
auto q() {
    return db().stream(orm::select<E> | orm::keyset<&E::id>.before(E{}), [](E&&) {});
}
#endif
