/// Taking part in an event: registering, cancelling, the waiting line. One function per thing that somebody can do, one
/// transaction each; a refusal is a value, an exception is a failure.
///
///     auto result = register_for_event(db, user, event, {.dietary_restrictions = "vegan"});
///     if (result.refusal) ...
///     if (result.status == EventRegistration::Status::waitlist) say(result.position);
///
/// Order of locks (docs/topics/locks.md): who registers, then the event's row, several events by ascending key.
/// Everything that changes who holds a seat does so while it holds that lock, so that no seat is given twice and none
/// stays free while somebody waits (REG-3).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crush_lu/queries.hpp"

namespace crush_lu {

/// The lock above; nothing when there is no such event. The key is enough of a lock: rows that merely refer to the
/// event (FOR KEY SHARE) need not wait.
std::optional<MeetupEvent> lock_event(orm::Transaction& tx, orm::Id<MeetupEvent> event);

/// Gives every free seat to the first in line who may still take part (REG-3, REG-6). Needs the lock above. Returns who
/// moved up.
std::vector<orm::Id<auth::User>> fill_seats(orm::Transaction& tx, const MeetupEvent& event, orm::Timestamp now);

struct RegistrationDetails {
    static constexpr std::size_t longest_dietary = 200;  ///< code points
    static constexpr std::size_t longest_requests = 500;
    std::string dietary_restrictions{};
    std::string special_requests{};
};

struct RegistrationResult {
    std::optional<Refusal> refusal{};
    EventRegistration::Status status{};  ///< without a refusal
    std::int64_t position = 0;           ///< in the waiting line, from 1; 0: not waiting
    bool changed = false;                ///< false: was registered already, nothing was written

    bool waitlisted() const { return !refusal && status == EventRegistration::Status::waitlist; }
};

/// REG-1, REG-2, REG-7. `user` 0: nobody is logged in.
RegistrationResult register_for_event(orm::Executor& db, orm::Id<auth::User> user, orm::Id<MeetupEvent> event,
                                      const RegistrationDetails& details = {}, const Clock& clock = {});

struct CancelResult {
    enum class Outcome {
        cancelled,
        already_cancelled,
        not_found,  ///< no such event, or no registration there
        attended,   ///< attended or missed: that stays as it is
        started,
    };
    Outcome outcome{};
    std::vector<orm::Id<auth::User>> promoted{};
};

/// REG-5, REG-6. The same for the member, a coach, staff and the deletion of an account.
CancelResult cancel_registration(orm::Executor& db, orm::Id<auth::User> user, orm::Id<MeetupEvent> event,
                                 const Clock& clock = {});

/// Cancels whatever this person still holds or waits for at events that have not started, a seat of somebody who was
/// checked in already, too: before an account is deleted or deactivated. Returns who moved up.
std::vector<orm::Id<auth::User>> release_registrations(orm::Executor& db, orm::Id<auth::User> user,
                                                       const Clock& clock = {});

/// EVT-5: lowering removes nobody, raising fills the seats in the order of the line. Returns who moved up; nothing when
/// there is no such event. Throws orm::CheckViolation for a capacity below 1.
std::optional<std::vector<orm::Id<auth::User>>> set_capacity(orm::Executor& db, orm::Id<MeetupEvent> event,
                                                             std::int32_t capacity, const Clock& clock = {});

/// EVT-6: registrations keep their status, nobody moves up. False when there is no such event or it was cancelled.
bool cancel_event(orm::Executor& db, orm::Id<MeetupEvent> event);

/// The place in the line of a waiting registration, from 1 (REG-4).
std::int64_t waiting_position(orm::Executor& db, orm::Id<MeetupEvent> event, orm::Timestamp queued_at,
                              orm::Id<EventRegistration> registration);

/// Everything about one person that admission to one event depends on.
struct Person {
    auth::User user;
    std::optional<CrushProfile> profile;
    bool invited = false;
    bool coach = false;  ///< active coach
    std::optional<orm::Id<EventRegistration>> registration;
    std::optional<EventRegistration::Status> status;
    std::optional<orm::Timestamp> queued_at;

    Viewer viewer() const { return {user.id, user.is_staff, coach}; }
    bool registered() const { return status && *status != EventRegistration::Status::cancelled; }
    bool may_see(const MeetupEvent& event) const { return is_visible(event, viewer(), invited, registered()); }
    std::optional<Refusal> why_not(const MeetupEvent& event) const {
        return why_not_admitted(event, user, profile ? &*profile : nullptr, invited);
    }
};
std::optional<Person> find_person(orm::Executor& db, orm::Id<auth::User> user, orm::Id<MeetupEvent> event);

}  // namespace crush_lu
