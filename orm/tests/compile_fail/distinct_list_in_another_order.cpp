// expect: distinct.. values can only be ordered by the value itself
// expect: Event::id
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto all = orm::string_agg(f<&E::title>, ",").distinct().order_by(f<&E::title>.desc());
#else
auto all = orm::string_agg(f<&E::title>, ",").distinct().order_by(f<&E::id>.desc());
#endif
