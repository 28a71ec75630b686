/// At the door and at the till: checking people in, undoing it, closing the list after the event, and fees that were
/// paid. One transaction each; like everything that changes who holds a seat, under the event's lock (see
/// registration.hpp).
///
///     switch (check_in(db, coach, registration)) {
///         case CheckInOutcome::checked_in: case CheckInOutcome::already: welcome(); break;
///         case CheckInOutcome::full: ask_coach_for({.over_capacity = true});
///     }
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "crush_lu/registration.hpp"

namespace crush_lu {

/// REG-8: when the list at the door is open: from this long before the start until this long after the end.
inline constexpr std::chrono::hours check_in_opens_before{2};
inline constexpr std::chrono::hours check_in_closes_after{24};

enum class CheckInOutcome {
    checked_in,
    already,      ///< the same ticket again, perhaps by another coach: nothing was written
    undone,       ///< of undo_check_in()
    not_found,    ///< no such registration
    not_allowed,  ///< neither an active coach nor staff
    not_coming,   ///< cancelled, marked as no-show, or (when undoing) not checked in
    cancelled,    ///< the event was called off (EVT-6)
    too_early,
    too_late,
    full,  ///< somebody from the waiting line, and no seat is free
};

struct CheckInOptions {
    bool over_capacity = false;  ///< the coach lets somebody from the waiting line in although all seats are held
};

/// REG-8: pending, confirmed, or by explicit decision waitlist, to attended. A second scan is harmless.
CheckInOutcome check_in(orm::Executor& db, orm::Id<auth::User> by, orm::Id<EventRegistration> registration,
                        const CheckInOptions& options = {}, const Clock& clock = {});

/// Gives the registration back the status that it had before check_in(). A seat that this makes free goes to the line
/// as long as the event has not begun.
CheckInOutcome undo_check_in(orm::Executor& db, orm::Id<auth::User> by, orm::Id<EventRegistration> registration,
                             const Clock& clock = {});

/// REG-8: after the end, everybody who holds a seat and was not checked in becomes a no-show. Returns how many; nothing
/// when there is no such event, it has not ended or was called off, or `by` may not.
std::optional<std::uint64_t> close_attendance(orm::Executor& db, orm::Id<auth::User> by, orm::Id<MeetupEvent> event,
                                              const Clock& clock = {});

enum class PaymentOutcome {
    paid,
    already_paid,  ///< the provider told us twice: nothing was written
    not_found,
    wrong_amount,  ///< not the event's fee of today
    not_payable,   ///< cancelled, waiting, or a no-show: the money has to go back
};

/// REG-9: notes that the fee was paid. A pending seat becomes confirmed; somebody who was checked in stays attended.
PaymentOutcome confirm_payment(orm::Executor& db, orm::Id<EventRegistration> registration, orm::Decimal<6, 2> amount,
                               const Clock& clock = {});

/// May this account run events: an active coach or staff.
bool may_run_events(orm::Executor& db, orm::Id<auth::User> user);

}  // namespace crush_lu
