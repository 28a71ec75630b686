// expect: a model needs .static consteval auto meta
// expect: Bare
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto& m = orm::info<E>();
#else
struct Bare {
    orm::Id<Bare> id;
};
auto& m = orm::info<Bare>();
#endif
