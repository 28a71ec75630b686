// expect: no constraint makes these fields of the model unique
// expect: Registration::event
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q(R& r) {
    db().upsert<&R::user, &R::event>(r);  // in any sequence
}
#else
auto q(R& r) {
    db().upsert<&R::event>(r);
}
#endif
