// expect: look for a text: a std::string, or an expression
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = f<&E::title>.contains(orm::cast<std::string>(f<&E::max_participants>));
#else
auto q = f<&E::title>.contains(f<&E::max_participants>);
#endif
