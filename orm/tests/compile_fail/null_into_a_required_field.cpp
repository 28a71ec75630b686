// expect: this field is never NULL
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto s = (orm::set<& E::venue> = std::nullopt);
#else
auto s = (orm::set<& E::title> = std::nullopt);
#endif
