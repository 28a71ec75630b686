// expect: min and max do not take arrays
// expect: Profile::interests
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = orm::max(orm::array_length(f<&Profile::interests>));
#else
auto q = orm::max(f<&Profile::interests>);
#endif
