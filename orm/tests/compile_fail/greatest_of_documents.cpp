// expect: greatest and least do not take documents; take a value out of them with orm::json_text
// expect: Profile::data
#include "../core/models.hpp"
#include "case.hpp"
using P = Profile;

#ifdef FIXED
auto g = orm::greatest(orm::json_text(f<&P::data>, {"a"}), orm::json_text(f<&P::data>, {"b"}));
#else
auto g = orm::greatest(f<&P::data>, f<&P::data>);
#endif
