// expect: cannot be compared with or set to a value of that type
// expect: Event::fee
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::fee> > orm::Decimal<6, 2>("9.99"));
#else
auto q = orm::select<E> | orm::filter(f<&E::fee> > 9.99);
#endif
