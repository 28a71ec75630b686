// expect: keeps at most 18 digits
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
orm::Decimal<18, 2> d;
#else
orm::Decimal<19, 2> d;
#endif
