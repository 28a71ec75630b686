// expect: documents are not cast; take a text out of one with orm::json_text and cast that
// expect: Profile::data
#include "../core/models.hpp"
#include "case.hpp"
using P = Profile;

#ifdef FIXED
auto x = orm::cast<std::int32_t>(orm::json_text(f<&P::data>, {"age"}));
#else
auto x = orm::cast<std::int32_t>(f<&P::data>);
#endif
