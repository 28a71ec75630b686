// expect: Order<Model> orders a query of that model
// expect: User
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::Order<E>("-event_date"));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::Order<User>("-date_joined"));
}
#endif
