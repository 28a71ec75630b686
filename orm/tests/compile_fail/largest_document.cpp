// expect: min and max do not take documents; take a value out of them with orm::json_text
// expect: Profile::data
#include "../core/models.hpp"
#include "case.hpp"
using P = Profile;

#ifdef FIXED
auto m = orm::max(orm::json_text(f<&P::data>, {"a"}));
#else
auto m = orm::max(f<&P::data>);
#endif
