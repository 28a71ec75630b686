// expect: the condition of a relation is about the related model.s fields
// expect: Event::is_published
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = registrations.where(f<&R::status> == R::Status::pending);
#else
auto q = registrations.where(f<&E::is_published>);
#endif
