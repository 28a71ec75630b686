#include <boost/json/serialize.hpp>

#include "crush_lu/letters.hpp"
#include "crush_lu/queries.hpp"
#include "crush_lu/rules.hpp"

namespace crush_lu {

namespace {

using E = MeetupEvent;
using R = EventRegistration;
using orm::f;

/// A registration's row lives on when it is cancelled and made anew; its place in the line says which one is meant.
std::string registration_key(orm::Id<R> registration, orm::Timestamp queued_at) {
    return std::to_string(registration.value) + ":" + std::to_string(queued_at.time_since_epoch().count());
}

orm::Json status_details(R::Status status, std::int64_t position) {
    return orm::Json(
        boost::json::serialize(boost::json::object{{"status", orm::to_string(status)}, {"position", position}}));
}

}  // namespace

namespace letters {

void welcome(orm::Transaction& tx, orm::Id<auth::User> user) {
    mail::queue(tx, {.template_name = "crush_lu.welcome", .to = user, .key = std::to_string(user.value)});
}

void profile_submitted(orm::Transaction& tx, orm::Id<auth::User> user, orm::Id<ProfileSubmission> submission) {
    mail::queue(tx, {.template_name = "crush_lu.submitted",
                     .to = user,
                     .about = submission,
                     .key = std::to_string(submission.value)});
}

void review_assigned(orm::Transaction& tx, orm::Id<CrushCoach> coach, orm::Id<ProfileSubmission> submission) {
    const CrushCoach row = tx.get(coach);
    mail::queue(tx, {.template_name = "crush_lu.review_assigned",
                     .to = row.user.id,
                     .about = submission,
                     .key = std::to_string(submission.value) + ":" + std::to_string(coach.value)});
}

void profile_decided(orm::Transaction& tx, orm::Id<CrushProfile> profile, orm::Id<ProfileSubmission> submission) {
    const CrushProfile row = tx.get(profile);
    mail::queue(tx, {.template_name = "crush_lu.decided",
                     .to = row.user.id,
                     .about = submission,
                     .key = std::to_string(submission.value)});
}

void registered(orm::Transaction& tx, orm::Id<auth::User> user, orm::Id<R> registration, orm::Timestamp queued_at,
                R::Status status, std::int64_t position) {
    mail::queue(tx, {.template_name = "crush_lu.registered",
                     .to = user,
                     .about = registration,
                     .details = status_details(status, position),
                     .key = registration_key(registration, queued_at)});
}

void promoted(orm::Transaction& tx, const R& registration, R::Status status) {
    mail::queue(tx, {.template_name = "crush_lu.promoted",
                     .to = registration.user.id,
                     .about = registration.id,
                     .details = status_details(status, 0),
                     .key = registration_key(registration.id, registration.queued_at)});
}

void cancelled(orm::Transaction& tx, const R& registration) {
    mail::queue(tx, {.template_name = "crush_lu.cancelled",
                     .to = registration.user.id,
                     .about = registration.id,
                     .key = registration_key(registration.id, registration.queued_at)});
}

void event_cancelled(orm::Transaction& tx, orm::Id<E> event) {
    for (const orm::Id<auth::User> user : tx.all(orm::select<R> | of_event(event) | orm::filter(seat_held || waiting) |
                                                 orm::order_by<&R::id> | orm::values<&R::user>))
        mail::queue(tx, {.template_name = "crush_lu.event_cancelled",
                         .to = user,
                         .about = event,
                         .key = std::to_string(event.value) + ":" + std::to_string(user.value)});
}

void connection_requested(orm::Transaction& tx, const EventConnection& request) {
    mail::queue(tx, {.template_name = "crush_lu.connection_requested",
                     .to = request.to_user.id,
                     .about = request.id,
                     .key = std::to_string(request.id.value)});
}

void connected(orm::Transaction& tx, const EventConnection& older) {
    for (const orm::Id<auth::User> user : {older.from_user.id, older.to_user.id})
        mail::queue(tx, {.template_name = "crush_lu.connected",
                         .to = user,
                         .about = older.id,
                         .key = std::to_string(older.id.value) + ":" + std::to_string(user.value)});
}

void messages_waiting(orm::Transaction& tx, orm::Id<auth::User> reader, orm::Id<EventConnection> thread,
                      orm::Id<ConnectionMessage> first, orm::Timestamp now) {
    mail::queue(tx, {.template_name = "crush_lu.messages_waiting",
                     .to = reader,
                     .about = thread,
                     .key = std::to_string(first.value),
                     .not_before = now + message_pause});
}

void journey_completed(orm::Transaction& tx, orm::Id<JourneyProgress> progress) {
    mail::queue(tx, {.template_name = "crush_lu.journey_completed",
                     .to_team = true,
                     .about = progress,
                     .key = std::to_string(progress.value)});
}

}  // namespace letters

std::size_t queue_reminders(orm::Database& db, orm::Timestamp now) {
    // An event's local day is at most 48 hours and a change of the clock away from the local day before it.
    const auto soon = db.all(orm::select<E> | published | not_cancelled |
                             orm::filter(f<&E::event_date> > now && f<&E::event_date> < now + std::chrono::hours(50)) |
                             orm::order_by<&E::event_date, &E::id>);
    std::size_t queued = 0;
    for (const E& event : soon) {
        if (std::chrono::sys_days(local_date(event.event_date)) >
            std::chrono::sys_days(local_date(now)) + std::chrono::days(1))
            continue;
        // A transaction per event: short ones, and what a crash leaves undone the next run does.
        queued += db.atomic([&](orm::Transaction& tx) {
            std::size_t fresh = 0;
            for (const R& seat : tx.all(orm::select<R> | of_event(event.id) | orm::filter(seat_held)))
                fresh += mail::queue(tx, {.template_name = "crush_lu.reminder",
                                          .to = seat.user.id,
                                          .about = seat.id,
                                          .key = registration_key(seat.id, seat.queued_at)})
                             ? 1
                             : 0;
            return fresh;
        });
    }
    return queued;
}

}  // namespace crush_lu
