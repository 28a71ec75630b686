/// What members come for: meetups, their registrations, and the connections that attendees make there.
///
///     auto next = db.first(orm::select<MeetupEvent> | published | upcoming(now));
#pragma once

#include <array>

#include "accounts/models.hpp"
#include "orm/orm.hpp"

namespace crush_lu {

using namespace std::literals;

/// Where events take place.
struct Venue {
    orm::Id<Venue> id;
    orm::Char<200> name;
    orm::Char<200> address;
    orm::Char<100> city;
    std::int32_t capacity{};

    static consteval auto meta() {
        using V = Venue;
        return orm::model<"crush_lu", "venue">(orm::ordering<&V::name>,
                                               orm::check("crush_venue_capacity", orm::f<&V::capacity> >= 0));
    }
};

/// A meetup that approved members register for.
struct MeetupEvent {
    enum class EventType { speed_dating, mixer, activity, themed };

    orm::Id<MeetupEvent> id;
    orm::Char<200> title;
    orm::Text description;
    EventType event_type{};
    orm::Timestamp event_date{};
    std::int32_t duration_minutes = 120;
    orm::Char<200> location;
    orm::Char<200> address;
    std::optional<orm::ForeignKey<Venue, orm::on_delete::set_null>> venue;
    std::int32_t max_participants{};
    std::int32_t min_age = 18;
    std::int32_t max_age = 99;
    orm::Decimal<6, 2> registration_fee;
    orm::Timestamp registration_deadline{};
    bool is_published = false;
    bool is_cancelled = false;

    bool is_private_invitation = false;
    orm::Char<50> invitation_code;
    std::optional<orm::Timestamp> invitation_expires_at;
    std::int32_t max_invited_guests = 20;
    orm::ManyToMany<auth::User> special_users;  ///< invited members; unrelated to SpecialUserExperience

    static consteval auto meta() {
        using E = MeetupEvent;
        using orm::f;
        return orm::model<"crush_lu", "meetupevent">(
            orm::ordering<&E::event_date>, orm::related_name<&E::venue>("events"),
            orm::related_name<&E::special_users>("invited_events"),
            // The seed's index of `venue` is the one that every foreign key has.
            orm::index<&E::event_date, &E::is_published>.named("event_date_published_idx"),
            orm::index<&E::is_private_invitation>,
            orm::index<&E::event_date>.where(f<&E::is_published>).named("event_published_date_idx"),
            orm::unique_on("crush_event_code_uniq", orm::lower(f<&E::invitation_code>))
                .where(orm::length(f<&E::invitation_code>) > 0),
            orm::check("crush_event_ages", f<&E::min_age> >= 18 && f<&E::min_age> <= f<&E::max_age>),
            orm::check("crush_event_capacity", f<&E::max_participants> >= 1),
            orm::check("crush_event_deadline", f<&E::registration_deadline> <= f<&E::event_date>),
            orm::check("crush_event_fee", f<&E::registration_fee> >= 0),
            orm::check("crush_event_duration", f<&E::duration_minutes> >= 1 && f<&E::duration_minutes> <= 10080));
    }
};
constexpr auto labels(MeetupEvent::EventType) {
    return std::array{"Speed Dating"sv, "Social Mixer"sv, "Activity Meetup"sv, "Themed Event"sv};
}

/// A member's place at an event. Cancelling keeps the row; registering again re-uses it (REG-7).
struct EventRegistration {
    /// `pending`: the seat is held until it is paid. See holds_seat() in queries.hpp.
    enum class Status { pending, confirmed, waitlist, attended, no_show, cancelled };

    orm::Id<EventRegistration> id;
    orm::ForeignKey<MeetupEvent> event;
    orm::ForeignKey<auth::User> user;
    Status status{};
    bool payment_confirmed = false;
    std::optional<orm::Timestamp> payment_date;
    orm::Text dietary_restrictions;
    orm::Text special_requests;
    orm::Timestamp created_at{};
    orm::Timestamp queued_at{};                    ///< the place in the waiting line: (queued_at, id), REG-4
    std::optional<Status> status_before_check_in;  ///< while attended: what undoing the check-in gives back, REG-8

    static consteval auto meta() {
        using R = EventRegistration;
        return orm::model<"crush_lu", "eventregistration">(
            orm::auto_now_add<&R::created_at, &R::queued_at>, orm::related_name<&R::event>("registrations"),
            orm::related_name<&R::user>("event_registrations"), orm::unique<&R::event, &R::user>,
            orm::index<&R::event, &R::status>, orm::index<&R::user, &R::status>,
            orm::index<&R::event, &R::status, &R::queued_at>);
    }
};
constexpr auto labels(EventRegistration::Status) {
    return std::array{"Pending"sv, "Confirmed"sv, "Waitlist"sv, "Attended"sv, "No Show"sv, "Cancelled"sv};
}

/// One attendee's wish to stay in touch with another one (CON-2); both directions connected: a pair.
struct EventConnection {
    enum class Status { pending, connected, declined };

    orm::Id<EventConnection> id;
    orm::ForeignKey<MeetupEvent> event;
    orm::ForeignKey<auth::User> from_user;
    orm::ForeignKey<auth::User> to_user;
    Status status{};
    orm::Char<300> note;
    std::optional<orm::Timestamp> connected_at;
    orm::Timestamp created_at{};

    static consteval auto meta() {
        using C = EventConnection;
        return orm::model<"crush_lu", "eventconnection">(
            orm::auto_now_add<&C::created_at>, orm::related_name<&C::event>("connections"),
            orm::related_name<&C::from_user>("connections_sent"),
            orm::related_name<&C::to_user>("connections_received"), orm::unique<&C::event, &C::from_user, &C::to_user>,
            orm::index<&C::to_user, &C::status>, orm::index<&C::from_user, &C::status>,
            orm::check("crush_connection_not_self", orm::f<&C::from_user> != orm::f<&C::to_user>));
    }
};
constexpr auto labels(EventConnection::Status) {
    return std::array{"Pending"sv, "Connected"sv, "Declined"sv};
}

struct ConnectionMessage {
    orm::Id<ConnectionMessage> id;
    orm::ForeignKey<EventConnection> connection;
    orm::ForeignKey<auth::User> sender;
    orm::Text content;
    bool is_read = false;
    orm::Char<64> client_key;  ///< the sender's name for this message, so that sending it again changes nothing (MSG-3)
    orm::Timestamp created_at{};

    static consteval auto meta() {
        using M = ConnectionMessage;
        return orm::model<"crush_lu", "connectionmessage">(
            orm::ordering<&M::created_at>, orm::auto_now_add<&M::created_at>,
            orm::related_name<&M::connection>("messages"), orm::related_name<&M::sender>("messages_sent"),
            orm::index<&M::connection, &M::created_at>, orm::index<&M::sender, &M::created_at>,
            orm::unique<&M::sender, &M::client_key>.where(orm::length(orm::f<&M::client_key>) > 0).named("crush_message_once"),
            orm::index<&M::connection>.where(!orm::f<&M::is_read>).named("crush_message_unread_idx"));
    }
};

/// A wrong invitation code that somebody gave: after too many they have to wait (PRV-2). Of no use after an hour.
struct InvitationTry {
    orm::Id<InvitationTry> id;
    orm::ForeignKey<auth::User> user;
    orm::Timestamp tried_at{};

    static consteval auto meta() {
        using T = InvitationTry;
        return orm::model<"crush_lu", "invitationtry">(orm::related_name<&T::user>("invitation_tries"));
    }
};

}  // namespace crush_lu
