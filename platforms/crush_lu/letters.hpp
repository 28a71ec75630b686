/// What Crush.lu writes to its people (domain.md 3.11). Services queue by these functions, in their own transaction;
/// the worker asks letters.cpp what is to be said when it sends.
///
///     letters::registered(tx, user, registration.id, status, position, queued_at);
///     add_letters(all, "https://crush.lu");                 // at start-up
#pragma once

#include "crush_lu/models.hpp"
#include "mail/mail.hpp"

namespace crush_lu {

/// Registers the sender and all letters. `site`: what links start with; `team`: see mail::Sender.
void add_letters(mail::Letters& letters, const std::string& site, const std::string& team = {});

/// Queues the reminders that are due: one local calendar day before the event, so from local midnight of the day
/// before, and on the day itself for who was not reminded yet; each registration once. Returns how many were queued.
std::size_t queue_reminders(orm::Database& db, orm::Timestamp now);

namespace letters {

void welcome(orm::Transaction& tx, orm::Id<auth::User> user);
void profile_submitted(orm::Transaction& tx, orm::Id<auth::User> user, orm::Id<ProfileSubmission> submission);
/// To the coach, at once or when one is found later (REV-4).
void review_assigned(orm::Transaction& tx, orm::Id<CrushCoach> coach, orm::Id<ProfileSubmission> submission);
/// Approved, revision or rejected, as the submission says when the letter is written.
void profile_decided(orm::Transaction& tx, orm::Id<CrushProfile> profile, orm::Id<ProfileSubmission> submission);

/// `queued_at` tells one registration from the next one that uses the same row again (REG-7).
void registered(orm::Transaction& tx, orm::Id<auth::User> user, orm::Id<EventRegistration> registration,
                orm::Timestamp queued_at, EventRegistration::Status status, std::int64_t position);
void promoted(orm::Transaction& tx, const EventRegistration& registration, EventRegistration::Status status);
void cancelled(orm::Transaction& tx, const EventRegistration& registration);
/// To everybody who holds a seat or waits (EVT-6).
void event_cancelled(orm::Transaction& tx, orm::Id<MeetupEvent> event);

void connection_requested(orm::Transaction& tx, const EventConnection& request);
/// To both, once per pair and event: `older` is the row that owns the thread.
void connected(orm::Transaction& tx, const EventConnection& older);
/// How long a letter about messages waits for more of them.
inline constexpr std::chrono::minutes message_pause{5};
/// One letter for each time that something to read begins to wait: `first` is the oldest message of the thread that
/// this person has not read.
void messages_waiting(orm::Transaction& tx, orm::Id<auth::User> reader, orm::Id<EventConnection> thread,
                      orm::Id<ConnectionMessage> first, orm::Timestamp now);
/// To the team.
void journey_completed(orm::Transaction& tx, orm::Id<JourneyProgress> progress);

}  // namespace letters
}  // namespace crush_lu
