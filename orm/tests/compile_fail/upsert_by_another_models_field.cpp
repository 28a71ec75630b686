// expect: name fields of the object.s model
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q(R& r) {
    db().upsert<&R::event, &R::user>(r);
}
#else
auto q(R& r) {
    db().upsert<&E::title>(r);
}
#endif
