// expect: defer takes models whose key is an orm::Id
// expect: Session
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::defer<&E::title>);
}
#else
auto q() {
    return db().all(orm::select<Session> | orm::defer<&Session::session_data>);
}
#endif
