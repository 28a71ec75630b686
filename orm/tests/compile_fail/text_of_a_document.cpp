// expect: documents and arrays have no text that both databases share; take a value out of a document with
// expect: Profile::data
// orm::json_text
#include "../core/models.hpp"
#include "case.hpp"
using P = Profile;

#ifdef FIXED
auto t = orm::concat(orm::json_text(f<&P::data>, {"name"}), "!");
#else
auto t = orm::concat(f<&P::data>, "!");
#endif
