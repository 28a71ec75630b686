// expect: Event::fee
// expect: having needs a condition: orm::having
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::group_by<&E::venue> | orm::having(orm::max(f<&E::fee>) > 2);
#else
auto q = orm::select<E> | orm::group_by<&E::venue> | orm::having(orm::max(f<&E::fee>));
#endif
