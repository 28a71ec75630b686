// expect: the key of this model is no orm::Id
// expect: Session
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q(const Session& s) {
    return db().erase(orm::select<Session> | orm::filter(f<&Session::session_key> == s.session_key));
}
#else
auto q(const Session& s) {
    return db().erase(s);
}
#endif
