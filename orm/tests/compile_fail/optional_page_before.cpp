// expect: when\(\) cannot turn the rows round
// expect: Event::id
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::keyset<&E::id>.before(E{}));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::when(true, orm::keyset<&E::id>.before(E{})));
}
#endif
