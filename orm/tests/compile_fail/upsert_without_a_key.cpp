// expect: names the fields of a unique constraint
// expect: Registration
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q(R& r) {
    db().upsert<&R::event, &R::user>(r);
}
#else
auto q(R& r) {
    db().upsert<>(r);
}
#endif
