// expect: no constraint makes these fields of the model unique
// expect: Registration
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q(R& r) {
    return db().upsert(r, orm::on_conflict<&R::event, &R::user>);
}
#else
auto q(R& r) {
    return db().upsert(r, orm::on_conflict<&R::user>);
}
#endif
