/// Crush.lu's vocabulary for queries: named stages and expressions that compose with pipes.
///
///     auto open = db.all(orm::select<MeetupEvent> | published | upcoming(now) | visible_to(viewer) | with_counts);
///     auto coach = db.first(orm::select<CrushCoach> | accepting_reviews | least_busy_first);
#pragma once

#include "crush_lu/rules.hpp"

namespace crush_lu {

// Events ----------------------------------------------------------------------------------------------------------

inline constexpr auto published = orm::filter(orm::f<&MeetupEvent::is_published>);
inline constexpr auto not_cancelled = orm::filter(!orm::f<&MeetupEvent::is_cancelled>);
inline constexpr auto open_to_all = orm::filter(!orm::f<&MeetupEvent::is_private_invitation>);
inline auto upcoming(orm::Timestamp now) {
    return orm::filter(orm::f<&MeetupEvent::event_date> >= now);
}
inline auto with_id(orm::Id<MeetupEvent> id) {
    return orm::filter(orm::f<&MeetupEvent::id> == id);
}
inline auto of_type(MeetupEvent::EventType type) {
    return orm::filter(orm::f<&MeetupEvent::event_type> == type);
}
/// A condition on registrations: it holds a seat (EVT-3; see seat_holding).
static_assert(seat_holding.size() == 3);
inline constexpr auto seat_held = orm::f<&EventRegistration::status> == seat_holding[0] ||
                                  orm::f<&EventRegistration::status> == seat_holding[1] ||
                                  orm::f<&EventRegistration::status> == seat_holding[2];
inline constexpr auto waiting = orm::f<&EventRegistration::status> == EventRegistration::Status::waitlist;
inline constexpr auto not_cancelled_registration =
    orm::f<&EventRegistration::status> != EventRegistration::Status::cancelled;

/// How many seats of an event are held, and how many people wait.
inline constexpr auto held_seats = orm::count(registrations.where(seat_held));
inline constexpr auto waiting_people = orm::count(registrations.where(waiting));
inline constexpr auto with_counts = orm::annotate(held_seats, waiting_people);
/// For sorting and filtering by what is left.
inline constexpr auto free_seats = orm::f<&MeetupEvent::max_participants> - held_seats;
/// This person's registration of the event: its status, if there is one.
inline auto own_status(orm::Id<auth::User> user) {
    return orm::max(registrations.where(orm::f<&EventRegistration::user> == user), orm::f<&EventRegistration::status>);
}

/// PRV-1: public events, and private ones for invited members, coaches and staff; drafts only for those who are
/// registered already, coaches and staff. is_visible() in rules.hpp says the same about one event.
inline auto visible_to(const Viewer& viewer) {
    return orm::when(!viewer.sees_all_events(),
                     orm::filter((orm::f<&MeetupEvent::is_published> ||
                                  orm::exists(registrations.where(orm::f<&EventRegistration::user> == viewer.user &&
                                                                  not_cancelled_registration))) &&
                                 (!orm::f<&MeetupEvent::is_private_invitation> ||
                                  orm::exists(special_users.where(orm::f<&auth::User::id> == viewer.user)))));
}
/// EVT-1, in the order of the list.
inline auto listed(const Viewer& viewer, orm::Timestamp now) {
    return published | not_cancelled | upcoming(now) | visible_to(viewer) |
           orm::order_by<&MeetupEvent::event_date, &MeetupEvent::id> | orm::named<"events listed">;
}

/// EVT-4.
inline auto accepting(orm::Timestamp now) {
    return orm::filter(orm::f<&MeetupEvent::is_published> && !orm::f<&MeetupEvent::is_cancelled> &&
                       orm::f<&MeetupEvent::registration_deadline> > now);
}
/// Public events that still have a seat to give.
inline auto available_for_registration(orm::Timestamp now) {
    return accepting(now) | upcoming(now) | open_to_all |
           orm::filter(held_seats < orm::f<&MeetupEvent::max_participants>);
}

inline auto of_event(orm::Id<MeetupEvent> event) {
    return orm::filter(orm::f<&EventRegistration::event> == event);
}
inline auto of_user(orm::Id<auth::User> user) {
    return orm::filter(orm::f<&EventRegistration::user> == user);
}
/// The waiting line of an event (REG-4).
inline auto waiting_line(orm::Id<MeetupEvent> event) {
    return of_event(event) | orm::filter(waiting) |
           orm::order_by<&EventRegistration::queued_at, &EventRegistration::id> | orm::named<"waiting line">;
}

// People ----------------------------------------------------------------------------------------------------------

inline auto profile_of(orm::Id<auth::User> user) {
    return orm::filter(orm::f<&CrushProfile::user> == user);
}
/// Members whom others may meet.
inline constexpr auto approved_members =
    orm::filter(orm::f<&CrushProfile::is_approved> && orm::f<&CrushProfile::is_active>);
/// Profiles whose age at that day lies in min..max.
inline auto aged(int min_age, int max_age, orm::Date day) {
    const BirthRange born = birth_range(min_age, max_age, day);
    return orm::filter(orm::f<&CrushProfile::date_of_birth> > born.after &&
                       orm::f<&CrushProfile::date_of_birth> <= born.latest);
}

inline constexpr auto pending_review = orm::f<&ProfileSubmission::status> == ProfileSubmission::Status::pending;
inline constexpr auto pending_reviews = orm::count(coach_submissions.where(pending_review));
inline constexpr auto active_coaches = orm::filter(orm::f<&CrushCoach::is_active>);
inline constexpr auto accepting_reviews =
    orm::filter(orm::f<&CrushCoach::is_active> && pending_reviews < orm::f<&CrushCoach::max_active_reviews>);
/// REV-3: fewest pending reviews, then longest without a new one, then key.
inline const auto least_busy_first = orm::sort(
    pending_reviews, orm::coalesce(orm::f<&CrushCoach::last_assigned_at>, orm::Timestamp{}), orm::f<&CrushCoach::id>);

}  // namespace crush_lu
