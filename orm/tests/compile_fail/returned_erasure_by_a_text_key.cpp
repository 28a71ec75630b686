// expect: the key of this model is no orm::Id
// expect: Session
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = [] { return db().erase_returning(orm::select<E>); };
#else
auto q = [] { return db().erase_returning(orm::select<Session>); };
#endif
