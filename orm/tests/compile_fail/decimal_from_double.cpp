// expect: a double is not exact; write a decimal as text
// expect: with T = double
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto d = orm::Decimal<6, 2>("9.99");
#else
auto d = orm::Decimal<6, 2>(9.99);
#endif
