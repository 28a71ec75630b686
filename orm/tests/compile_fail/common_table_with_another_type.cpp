// expect: does not fit its member; give the member the value.s type
// expect: Registration::user
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

#ifdef FIXED
auto loads = orm::cte<Load>(orm::select<R> | orm::group_by<&R::event> | orm::annotate(orm::count()));
#else
auto loads = orm::cte<Load>(orm::select<R> | orm::group_by<&R::user> | orm::annotate(orm::count()));
#endif
