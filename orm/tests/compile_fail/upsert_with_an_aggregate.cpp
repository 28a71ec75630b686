// expect: the condition of an upsert sees the stored row
// expect: Registration::created_at
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q(R& r) {
    return db().upsert(r,
                       orm::on_conflict<&R::event, &R::user>.where(f<&R::created_at> < orm::excluded<&R::created_at>));
}
#else
auto q(R& r) {
    return db().upsert(r, orm::on_conflict<&R::event, &R::user>.where(f<&R::created_at> < orm::max(f<&R::created_at>)));
}
#endif
