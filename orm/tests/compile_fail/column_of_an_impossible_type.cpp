// expect: no column can hold this type
// expect: std::tuple<int>
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto t = orm::type_info<orm::Timestamp>.kind;
#else
auto t = orm::type_info<std::tuple<int> >.kind;
#endif
