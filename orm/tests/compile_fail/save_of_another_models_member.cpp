// expect: save<...> names members of the object.s model
// expect: Registration::notes
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
void q(E& e) {
    db().save<&E::title>(e);
}
#else
void q(E& e) {
    db().save<&R::notes>(e);
}
#endif
