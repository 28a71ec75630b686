/// What people see of events: lists, one event, and a member's own registrations. Reading only, a fixed number of
/// statements however many rows there are.
///
///     for (const EventCard& card : list_events(db, viewer, {.type = MeetupEvent::EventType::mixer}, now).cards) ...
#pragma once

#include <optional>
#include <vector>

#include "crush_lu/registration.hpp"

namespace crush_lu {

/// An event as lists show it.
struct EventCard {
    MeetupEvent event;
    std::optional<Venue> venue;
    std::int64_t held = 0;
    std::int64_t waiting = 0;
    std::optional<EventRegistration::Status> own;  ///< the viewer's registration, cancelled ones too

    bool registered() const { return own && *own != EventRegistration::Status::cancelled; }
};

struct ListOptions {
    std::optional<MeetupEvent::EventType> type{};
    bool public_only = false;
    std::int64_t page = 1;
    std::int64_t page_size = 24;
};
struct EventList {
    std::vector<EventCard> cards;
    bool more = false;  ///< there is a next page
};

/// EVT-1, in one statement.
EventList list_events(orm::Executor& db, const Viewer& viewer, const ListOptions& options, orm::Timestamp now);

/// With the coach flag; asks the database only for logged-in people who are not staff.
Viewer find_viewer(orm::Executor& db, orm::Id<auth::User> user, bool staff);

/// One event as this person sees it, or nothing (PRV-1).
struct EventDetail {
    EventCard card;
    std::optional<Person> person;    ///< who looks, when logged in
    std::int64_t position = 0;       ///< in the waiting line; 0: not waiting
    std::optional<Refusal> refusal;  ///< why this person cannot register now; empty also when registered already
    bool can_cancel = false;
};
std::optional<EventDetail> event_detail(orm::Executor& db, orm::Id<auth::User> user, orm::Id<MeetupEvent> event,
                                        orm::Timestamp now);

/// A member's own registration with its event.
struct OwnRegistration {
    EventRegistration registration;
    MeetupEvent event;
    std::optional<Venue> venue;
    std::int64_t position = 0;
};
/// Also the cancelled ones, without position.
std::optional<OwnRegistration> own_registration(orm::Executor& db, orm::Id<auth::User> user,
                                                orm::Id<MeetupEvent> event);
/// Newest event first.
std::vector<OwnRegistration> own_registrations(orm::Executor& db, orm::Id<auth::User> user);

/// With how many people this member is connected, a pair at one event counting once (CON-6).
std::size_t count_connections(orm::Executor& db, orm::Id<auth::User> user);

}  // namespace crush_lu
