// expect: reads the rows of a common table expression that it does not name; add . orm::with
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

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
