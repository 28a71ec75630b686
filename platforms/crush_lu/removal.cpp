#include "crush_lu/removal.hpp"

#include "common/repeatable.hpp"
#include "crush_lu/registration.hpp"

namespace crush_lu {

RemoveOutcome remove_event(orm::Executor& db, orm::Id<MeetupEvent> event) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        if (!lock_event(tx, event)) return RemoveOutcome::not_found;  // nobody registers meanwhile
        if (tx.exists(orm::select<EventRegistration> | of_event(event))) return RemoveOutcome::in_use;
        tx.erase(orm::select<MeetupEvent> | with_id(event));
        return RemoveOutcome::removed;
    });
}

}  // namespace crush_lu
