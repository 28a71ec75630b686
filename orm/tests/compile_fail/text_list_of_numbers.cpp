// expect: string_agg joins texts; make a text of the field with orm::cast
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto all = orm::string_agg(orm::cast<std::string>(f<&E::max_participants>), ",");
#else
auto all = orm::string_agg(f<&E::max_participants>, ",");
#endif
