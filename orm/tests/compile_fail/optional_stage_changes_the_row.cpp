// expect: when\(\) takes stages that do not change the row type
// expect: Event::venue
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<E> | orm::when(true, orm::filter(f<&E::is_published>)));
}
#else
auto q() {
    return db().all(orm::select<E> | orm::when(true, orm::related<&E::venue>));
}
#endif
