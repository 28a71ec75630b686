// expect: an UPDATE takes no value from the rows of an orm::cte
// expect: Event::max_participants
#include "../core/models.hpp"
#include "case.hpp"

struct Load {
    orm::Id<E> event;
    std::int64_t people = 0;

    static consteval auto meta() { return orm::rows<"load">(); }
};

#ifdef FIXED
auto q() {
    return db().update(orm::select<E>,
                       orm::set<&E::max_participants> = orm::coalesce(
                           orm::subquery(orm::select<R> | orm::filter(f<&R::event> == orm::outer<&E::id>) |
                                         orm::value_of(orm::count())),
                           0));
}
#else
auto q() {
    return db().update(orm::select<E>,
                       orm::set<&E::max_participants> = orm::coalesce(
                           orm::subquery(orm::select<Load> | orm::filter(f<&Load::event> == orm::outer<&E::id>) |
                                         orm::values<&Load::people>),
                           0));
}
#endif
