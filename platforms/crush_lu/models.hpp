/// Crush.lu's schema: plain structs, field for field the product description's models, on Django's table names.
///
/// The relations, by the names under which the other side knows them, serve as handles in queries:
///
///     orm::count(registrations.where(orm::f<&EventRegistration::status> == EventRegistration::Status::waitlist))
#pragma once

#include "crush_lu/models/events.hpp"
#include "crush_lu/models/journeys.hpp"
#include "crush_lu/models/people.hpp"

namespace crush_lu {

// Reverse directions, from the row that is named to the rows that name it.
inline constexpr auto crushprofile = orm::reverse<&CrushProfile::user>;
inline constexpr auto crushcoach = orm::reverse<&CrushCoach::user>;
inline constexpr auto profile_submissions = orm::reverse<&ProfileSubmission::profile>;
inline constexpr auto coach_submissions = orm::reverse<&ProfileSubmission::coach>;
inline constexpr auto venue_events = orm::reverse<&MeetupEvent::venue>;
inline constexpr auto registrations = orm::reverse<&EventRegistration::event>;
inline constexpr auto event_registrations = orm::reverse<&EventRegistration::user>;
inline constexpr auto special_users = orm::related_set<&MeetupEvent::special_users>;
inline constexpr auto invited_events = orm::reverse<&MeetupEvent::special_users>;
inline constexpr auto event_connections = orm::reverse<&EventConnection::event>;
inline constexpr auto connections_sent = orm::reverse<&EventConnection::from_user>;
inline constexpr auto connections_received = orm::reverse<&EventConnection::to_user>;
inline constexpr auto messages = orm::reverse<&ConnectionMessage::connection>;
inline constexpr auto messages_sent = orm::reverse<&ConnectionMessage::sender>;
inline constexpr auto chapters = orm::reverse<&JourneyChapter::journey>;
inline constexpr auto challenges = orm::reverse<&JourneyChallenge::chapter>;
inline constexpr auto rewards = orm::reverse<&JourneyReward::chapter>;
inline constexpr auto journey_progress = orm::reverse<&JourneyProgress::user>;
inline constexpr auto progress_answers = orm::reverse<&JourneyAnswer::progress>;
inline constexpr auto challenge_answers = orm::reverse<&JourneyAnswer::challenge>;
inline constexpr auto completed_chapters = orm::reverse<&JourneyChapterCompletion::progress>;
inline constexpr auto progress_unlocks = orm::reverse<&JourneyUnlock::progress>;
inline constexpr auto special_experience = orm::reverse<&SpecialUserExperience::user>;

/// Makes the models known to cascading deletes; once per program, harmless when repeated.
void register_models();

/// The schema that the models describe, without those of other apps.
orm::schema::State state();

}  // namespace crush_lu
