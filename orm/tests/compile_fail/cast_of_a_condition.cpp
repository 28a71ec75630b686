// expect: conditions and numbers are not cast to each other; write number != 0
// expect: Event::is_published
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto x = orm::case_(orm::then(f<&E::is_published>, 1), 0);
#else
auto x = orm::cast<std::int32_t>(f<&E::is_published>);
#endif
