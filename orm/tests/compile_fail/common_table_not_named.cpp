// expect: reads the rows of a common table expression that it does not name; add . orm::with
// expect: RowsOf<Load>
#include "../core/models.hpp"
#include "case.hpp"

struct Load {
    orm::Id<Event> event;
    std::int64_t people = 0;
    static consteval auto meta() { return orm::rows<"load">(); }
};
auto loads = orm::cte<Load>(orm::select<R> | orm::group_by<&R::event> | orm::annotate(orm::count()));

#ifdef FIXED
auto q() {
    return db().all(orm::select<Load> | orm::with(loads));
}
#else
auto q() {
    return db().all(orm::select<Load>);
}
#endif
