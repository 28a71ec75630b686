// expect: keep one as a std::int64_t
// expect: Length
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
struct Length {
    orm::Id<Length> id;
    std::int64_t length = 0;
    static consteval auto meta() { return orm::model<"shop", "length">(); }
};
const auto& q = orm::info<Length>();
#else
struct Length {
    orm::Id<Length> id;
    std::chrono::microseconds length{};
    static consteval auto meta() { return orm::model<"shop", "length">(); }
};
const auto& q = orm::info<Length>();
#endif
