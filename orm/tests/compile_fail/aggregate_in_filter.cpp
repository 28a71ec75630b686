// expect: Event::max_participants
// expect: an aggregate cannot be in a filter; use having after group_by
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::group_by<&E::event_type> | orm::annotate(orm::count()) |
         orm::having(orm::max(f<&E::max_participants>) > 3);
#else
auto q = orm::select<E> | orm::filter(orm::max(f<&E::max_participants>) > 3);
#endif
