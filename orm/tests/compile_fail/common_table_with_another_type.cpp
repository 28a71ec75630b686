// expect: does not fit its member; give the member the value.s type
// expect: Registration::user
#include "../core/models.hpp"
#include "case.hpp"

struct Load {
    orm::Id<Event> event;
    std::int64_t people = 0;
    static consteval auto meta() { return orm::rows<"load">(); }
};

#ifdef FIXED
auto loads = orm::cte<Load>(orm::select<R> | orm::group_by<&R::event> | orm::annotate(orm::count()));
#else
auto loads = orm::cte<Load>(orm::select<R> | orm::group_by<&R::user> | orm::annotate(orm::count()));
#endif
