// expect: arrays have no order that both databases share
// expect: Profile::interests
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q() {
    return db().all(orm::select<Profile> | orm::sort(orm::array_length(f<&Profile::interests>)));
}
#else
auto q() {
    return db().all(orm::select<Profile> | orm::order_by<&Profile::interests>);
}
#endif
