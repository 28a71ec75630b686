// expect: cast writes a value as a text, reads a number, a condition, a day or a time from a text
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto x = f<&E::title> == orm::cast<std::string>(f<&E::event_type>);
#else
auto x = orm::cast<E::Type>(f<&E::title>);
#endif
