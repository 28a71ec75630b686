// expect: arrays have no order that both databases share
// expect: Profile::interests
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto q = f<&Profile::interests> == std::vector<orm::Char<50>>{};
#else
auto q = f<&Profile::interests> < std::vector<orm::Char<50>>{};
#endif
