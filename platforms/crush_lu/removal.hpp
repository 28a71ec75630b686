/// Deleting what others rely on (DEL-2).
///
///     if (remove_event(db, event) == RemoveOutcome::in_use) say(tr("People are registered: cancel it instead."));
#pragma once

#include "crush_lu/models.hpp"

namespace crush_lu {

enum class RemoveOutcome {
    removed,
    not_found,
    in_use,  ///< somebody is or was registered
};
RemoveOutcome remove_event(orm::Executor& db, orm::Id<MeetupEvent> event);

}  // namespace crush_lu
