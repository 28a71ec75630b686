// expect: an unsigned 64-bit number may be larger than every number of the databases; give a std::int64_t
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"
using P = Profile;

#ifdef FIXED
auto c = f<&E::max_participants> == std::int64_t{7};
#else
auto c = f<&E::max_participants> == std::uint64_t{7};
#endif
