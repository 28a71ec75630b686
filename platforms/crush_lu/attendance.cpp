#include "crush_lu/attendance.hpp"

#include "common/repeatable.hpp"

namespace crush_lu {

namespace {

using E = MeetupEvent;
using R = EventRegistration;
using Status = R::Status;
using orm::f;

auto with_id(orm::Id<R> id) {
    return orm::filter(f<&R::id> == id);
}

struct Ticket {
    E event;
    R registration;
};
/// Locks the event, then reads the registration: what was read before the lock may be stale.
std::optional<Ticket> lock_ticket(orm::Transaction& tx, orm::Id<R> id) {
    const auto event_id = tx.first(orm::select<R> | with_id(id) | orm::values<&R::event>);
    if (!event_id) return std::nullopt;
    std::optional<E> event = lock_event(tx, event_id->id);
    std::optional<R> registration = tx.first(orm::select<R> | with_id(id));
    if (!event || !registration) return std::nullopt;
    return Ticket{std::move(*event), std::move(*registration)};
}

/// Why the list at the door is closed, or nothing.
std::optional<CheckInOutcome> door_closed(const E& event, orm::Timestamp now) {
    if (event.is_cancelled) return CheckInOutcome::cancelled;
    if (now < event.event_date - check_in_opens_before) return CheckInOutcome::too_early;
    if (now > ends_at(event) + check_in_closes_after) return CheckInOutcome::too_late;
    return std::nullopt;
}

bool has_free_seat(orm::Transaction& tx, const E& event) {
    return !is_full(event, tx.count(orm::select<R> | of_event(event.id) | orm::filter(seat_held)));
}

}  // namespace

bool may_run_events(orm::Executor& db, orm::Id<auth::User> user) {
    return db.exists(orm::select<auth::User> | orm::filter(f<&auth::User::id> == user && f<&auth::User::is_active> &&
                                                           (f<&auth::User::is_staff> ||
                                                            orm::exists(crushcoach.where(f<&CrushCoach::is_active>)))));
}

CheckInOutcome check_in(orm::Executor& db, orm::Id<auth::User> by, orm::Id<R> id, const CheckInOptions& options,
                        const Clock& clock) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        if (!may_run_events(tx, by)) return CheckInOutcome::not_allowed;
        const std::optional<Ticket> ticket = lock_ticket(tx, id);
        if (!ticket) return CheckInOutcome::not_found;
        const auto& [event, registration] = *ticket;
        if (registration.status == Status::attended) return CheckInOutcome::already;
        if (!may_cancel(registration.status)) return CheckInOutcome::not_coming;
        if (const auto reason = door_closed(event, clock.now())) return *reason;
        if (registration.status == Status::waitlist && !options.over_capacity && !has_free_seat(tx, event))
            return CheckInOutcome::full;
        tx.update(orm::select<R> | with_id(id), orm::set<& R::status> = Status::attended,
                  orm::set<& R::status_before_check_in> = registration.status);
        return CheckInOutcome::checked_in;
    });
}

CheckInOutcome undo_check_in(orm::Executor& db, orm::Id<auth::User> by, orm::Id<R> id, const Clock& clock) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        if (!may_run_events(tx, by)) return CheckInOutcome::not_allowed;
        const std::optional<Ticket> ticket = lock_ticket(tx, id);
        if (!ticket) return CheckInOutcome::not_found;
        const auto& [event, registration] = *ticket;
        if (registration.status != Status::attended || !registration.status_before_check_in)
            return CheckInOutcome::not_coming;
        const orm::Timestamp now = clock.now();
        if (const auto reason = door_closed(event, now)) return *reason;
        tx.update(orm::select<R> | with_id(id), orm::set<& R::status> = *registration.status_before_check_in,
                  orm::set<& R::status_before_check_in> = std::nullopt);
        fill_seats(tx, event, now);  // who was let in from the line gives a seat back (REG-3)
        return CheckInOutcome::undone;
    });
}

std::optional<std::uint64_t> close_attendance(orm::Executor& db, orm::Id<auth::User> by, orm::Id<E> event_id,
                                              const Clock& clock) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> std::optional<std::uint64_t> {
        if (!may_run_events(tx, by)) return std::nullopt;
        const std::optional<E> event = lock_event(tx, event_id);
        if (!event || event->is_cancelled || clock.now() < ends_at(*event)) return std::nullopt;
        return tx.update(orm::select<R> | of_event(event_id) |
                             orm::filter(f<&R::status> == Status::pending || f<&R::status> == Status::confirmed),
                         orm::set<&R::status> = Status::no_show);
    });
}

PaymentOutcome confirm_payment(orm::Executor& db, orm::Id<R> id, orm::Decimal<6, 2> amount, const Clock& clock) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        const std::optional<Ticket> ticket = lock_ticket(tx, id);
        if (!ticket) return PaymentOutcome::not_found;
        const auto& [event, registration] = *ticket;
        if (registration.payment_confirmed) return PaymentOutcome::already_paid;
        if (!holds_seat(registration.status)) return PaymentOutcome::not_payable;
        if (amount != event.registration_fee) return PaymentOutcome::wrong_amount;
        const auto row = orm::select<R> | with_id(id);
        tx.update(row, orm::set<& R::payment_confirmed> = true, orm::set<& R::payment_date> = clock.now());
        // Whoever was let in unpaid falls back to a paid seat if the check-in is undone.
        if (registration.status == Status::pending)
            tx.update(row, orm::set<& R::status> = Status::confirmed);
        else if (registration.status_before_check_in == Status::pending)
            tx.update(row, orm::set<& R::status_before_check_in> = Status::confirmed);
        return PaymentOutcome::paid;
    });
}

}  // namespace crush_lu
