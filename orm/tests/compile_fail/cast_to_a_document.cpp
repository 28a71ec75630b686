// expect: documents are not cast; take a text out of one with orm::json_text and cast that
// expect: Registration::notes
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto x = orm::json_get(f<&Profile::data>, {"notes"});
#else
auto x = orm::cast<orm::Json>(f<&R::notes>);
#endif
