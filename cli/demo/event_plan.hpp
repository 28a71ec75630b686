/// What takes place when and where; who comes is decided in events.cpp.
#pragma once

#include "demo/world.hpp"

namespace cli::demo {

enum class EventKind {
    ordinary,
    full_with_line,  ///< upcoming, open, full, people wait
    full,            ///< upcoming, open, full, nobody waits
    empty,           ///< upcoming, open, 30 seats, free, for every age, nobody registered yet
    closed,          ///< upcoming, the deadline is over
    invitation,      ///< upcoming, private
    draft,           ///< not published
    cancelled,       ///< upcoming, but it will not take place
    past_showcase,   ///< ended; the known members met there
};

struct EventPlan {
    EventKind kind = EventKind::ordinary;
    crush_lu::MeetupEvent event;
};

std::vector<crush_lu::Venue> plan_venues();
/// World::sizes.events of them; the special kinds first.
std::vector<EventPlan> plan_events(World& world, const std::vector<crush_lu::Venue>& venues);

}  // namespace cli::demo
