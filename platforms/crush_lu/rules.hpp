/// What can be said about a row without asking the database: the seed's derived properties, as functions.
///
///     if (is_registration_open(event, held, now)) ...
///     out.write<"{}, {}">(display_name(user, profile), shown_age(profile, local_date(now)));
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "crush_lu/clock.hpp"
#include "crush_lu/models.hpp"

namespace crush_lu {

// Seats -----------------------------------------------------------------------------------------------------------

/// The statuses that hold a seat (EVT-3): the only definition; seat_held in queries.hpp is made from it.
inline constexpr std::array seat_holding{EventRegistration::Status::pending, EventRegistration::Status::confirmed,
                                         EventRegistration::Status::attended};
constexpr bool holds_seat(EventRegistration::Status status) {
    return std::ranges::find(seat_holding, status) != seat_holding.end();
}

inline bool is_full(const MeetupEvent& event, std::int64_t held) {
    return held >= event.max_participants;
}
inline std::int64_t spots_remaining(const MeetupEvent& event, std::int64_t held) {
    return std::max<std::int64_t>(0, event.max_participants - held);
}
/// EVT-4: the deadline itself is too late.
inline bool is_accepting(const MeetupEvent& event, orm::Timestamp now) {
    return event.is_published && !event.is_cancelled && now < event.registration_deadline;
}
inline bool is_registration_open(const MeetupEvent& event, std::int64_t held, orm::Timestamp now) {
    return is_accepting(event, now) && !is_full(event, held);
}
inline bool has_started(const MeetupEvent& event, orm::Timestamp now) {
    return now >= event.event_date;
}
inline orm::Timestamp ends_at(const MeetupEvent& event) {
    return event.event_date + std::chrono::minutes(event.duration_minutes);
}
/// What a new seat is worth (REG-2): held until paid where there is a fee.
inline EventRegistration::Status seat_status(const MeetupEvent& event) {
    return event.registration_fee.units > 0 ? EventRegistration::Status::pending : EventRegistration::Status::confirmed;
}

/// REG-5: what a member may still give up; the event must not have started either.
constexpr bool may_cancel(EventRegistration::Status status) {
    using enum EventRegistration::Status;
    return status == pending || status == confirmed || status == waitlist;
}

/// Without blanks at both ends.
std::string_view trimmed(std::string_view text);

// People ----------------------------------------------------------------------------------------------------------

/// The age bands of PROF-3, by their lowest age.
struct AgeBand {
    int from;
    int to;  ///< inclusive
    std::string_view name;
};
inline constexpr std::array age_bands{AgeBand{18, 24, "18-24"}, AgeBand{25, 29, "25-29"}, AgeBand{30, 34, "30-34"},
                                      AgeBand{35, 39, "35-39"}, AgeBand{40, 200, "40+"}};

std::optional<int> age(const CrushProfile& profile, orm::Date today);
/// "25-29"; "not specified" without a birth date.
std::string_view age_range(const CrushProfile& profile, orm::Date today);
/// What other members see: the age or, unless `show_exact_age`, the band (PROF-3).
std::string shown_age(const CrushProfile& profile, orm::Date today);
/// What other members see (PROF-4); never the surname unless the member wants it, never part of the e-mail address.
std::string display_name(const auth::User& user, const CrushProfile& profile);

inline bool can_accept_reviews(const CrushCoach& coach, std::int64_t pending_reviews) {
    return coach.is_active && pending_reviews < coach.max_active_reviews;
}

/// Who looks: nobody in particular (user 0), a member, or somebody who sees every event.
struct Viewer {
    orm::Id<auth::User> user{};
    bool staff = false;
    bool coach = false;  ///< active coach

    bool logged_in() const { return static_cast<bool>(user); }
    bool sees_all_events() const { return staff || coach; }
};

/// PRV-1, and drafts stay unseen except for those who are registered already. visible_to() in queries.hpp says the same
/// to the database; a test compares both.
inline bool is_visible(const MeetupEvent& event, const Viewer& viewer, bool invited, bool registered) {
    if (viewer.sees_all_events()) return true;
    return (event.is_published || registered) && (!event.is_private_invitation || invited);
}

// Who may take part -----------------------------------------------------------------------------------------------

/// Why somebody cannot register, in the order in which REG-1 asks.
enum class Refusal {
    login_required,
    not_found,  ///< no such event, or one that this person may not know of (PRV-1)
    closed,     ///< not published, cancelled, or the deadline has passed
    no_profile,
    inactive,
    not_approved,
    no_birth_date,
    too_young,
    too_old,
    invalid_details,  ///< the form's texts are too long or no text at all
};

/// The one predicate for "may this person take part", used by registering, promoting and the pages. Whether the event
/// takes registrations at all is is_accepting(). `invited` replaces the approval, nothing else (PRV-3).
std::optional<Refusal> why_not_admitted(const MeetupEvent& event, const auth::User& user, const CrushProfile* profile,
                                        bool invited);

}  // namespace crush_lu
