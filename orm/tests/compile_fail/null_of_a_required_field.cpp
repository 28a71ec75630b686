// expect: this field is never NULL
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::select<E> | orm::filter(f<&E::venue> == std::nullopt);
#else
auto q = orm::select<E> | orm::filter(f<&E::title> == std::nullopt);
#endif
