#include "crush_lu/registration.hpp"

#include <set>

#include "common/repeatable.hpp"
#include "crush_lu/letters.hpp"

namespace crush_lu {

namespace {

using E = MeetupEvent;
using R = EventRegistration;
using Status = R::Status;
using orm::f;

struct Seats {
    std::int64_t held = 0;
    std::int64_t waiting = 0;
    std::optional<orm::Timestamp> last_queued{};
};
Seats count_seats(orm::Transaction& tx, orm::Id<E> event) {
    return tx.get(orm::select<E> | with_id(event) |
                  orm::value_of(held_seats, waiting_people, orm::max(registrations.where(waiting), f<&R::queued_at>)) |
                  orm::as<Seats>);
}

bool fits(const std::string& text, std::size_t longest) {
    try {
        return orm::count_code_points(text) <= longest;
    } catch (const orm::ValidationError&) {
        return false;
    }
}
bool acceptable(const RegistrationDetails& details) {
    return fits(details.dietary_restrictions, RegistrationDetails::longest_dietary) &&
           fits(details.special_requests, RegistrationDetails::longest_requests);
}

RegistrationResult refuse(Refusal reason) {
    return {.refusal = reason};
}

RegistrationResult same_again(orm::Transaction& tx, orm::Id<E> event, const Person& person) {
    const bool waits = *person.status == Status::waitlist;
    return {.status = *person.status,
            .position = waits ? waiting_position(tx, event, *person.queued_at, *person.registration) : 0};
}

/// REG-2 and REG-7, with the event locked and everything checked.
RegistrationResult take_place(orm::Transaction& tx, const E& event, const Person& person,
                              const RegistrationDetails& details, orm::Timestamp now) {
    Seats seats = count_seats(tx, event.id);
    if (seats.waiting > 0 && !is_full(event, seats.held)) {  // whoever waits comes before who comes (REG-4)
        fill_seats(tx, event, now);
        seats = count_seats(tx, event.id);
    }
    const bool full = is_full(event, seats.held);
    const Status status = full ? Status::waitlist : seat_status(event);
    // Behind everybody who waits, even if a clock went back or two moments are the same.
    const orm::Timestamp queued_at =
        seats.last_queued ? std::max(now, *seats.last_queued + std::chrono::microseconds(1)) : now;
    const std::int64_t position = full ? seats.waiting + 1 : 0;
    orm::Id<R> row;
    if (person.registration) {
        row = *person.registration;
        tx.update(orm::select<R> | orm::filter(f<&R::id> == row), orm::set<& R::status> = status,
                  orm::set<& R::queued_at> = queued_at, orm::set<& R::payment_confirmed> = false,
                  orm::set<& R::payment_date> = std::nullopt,
                  orm::set<& R::dietary_restrictions> = details.dietary_restrictions,
                  orm::set<& R::special_requests> = details.special_requests);
    } else {
        R registration;
        registration.event = event.id;
        registration.user = person.user.id;
        registration.status = status;
        registration.dietary_restrictions = details.dietary_restrictions;
        registration.special_requests = details.special_requests;
        registration.created_at = now;
        registration.queued_at = queued_at;
        tx.insert(registration);
        row = registration.id;
    }
    letters::registered(tx, person.user.id, row, queued_at, status, position);
    return {.status = status, .position = position, .changed = true};
}

std::set<std::int64_t> invited_users(orm::Transaction& tx, const E& event) {
    std::set<std::int64_t> keys;
    if (event.is_private_invitation)
        for (const orm::Id<auth::User> user :
             tx.all(orm::select<auth::User> | orm::filter(orm::exists(invited_events.where(f<&E::id> == event.id))) |
                    orm::values<&auth::User::id>))
            keys.insert(user.value);
    return keys;
}

/// Gives up to `seats` seats to the first in line who may still take part (REG-6). The event is locked.
std::vector<orm::Id<auth::User>> promote(orm::Transaction& tx, const E& event, std::int64_t seats, orm::Timestamp now) {
    std::vector<orm::Id<auth::User>> promoted;
    if (seats <= 0 || !event.is_published || event.is_cancelled || has_started(event, now)) return promoted;
    const std::set<std::int64_t> invited = invited_users(tx, event);
    constexpr std::int64_t batch = 25;
    for (std::int64_t skipped = 0;;) {
        const auto line = tx.all(orm::select<R> | waiting_line(event.id) | orm::related<&R::user, crushprofile> |
                                 orm::offset(skipped) | orm::limit(batch));
        for (const auto& [registration, user, profile] : line) {
            if (why_not_admitted(event, user, profile ? &*profile : nullptr, invited.contains(user.id.value))) {
                ++skipped;
                continue;
            }
            // Paid at the door, and back in the line since: nothing is owed any more.
            const Status status = registration.payment_confirmed ? Status::confirmed : seat_status(event);
            tx.update(orm::select<R> | orm::filter(f<&R::id> == registration.id), orm::set<& R::status> = status);
            letters::promoted(tx, registration, status);
            promoted.push_back(user.id);
            if (static_cast<std::int64_t>(promoted.size()) == seats) return promoted;
        }
        if (static_cast<std::int64_t>(line.size()) < batch) return promoted;
    }
}

std::int64_t free_now(orm::Transaction& tx, const E& event) {
    return event.max_participants - tx.count(orm::select<R> | of_event(event.id) | orm::filter(seat_held));
}

/// REG-5, REG-6; `may`: from which status.
CancelResult cancel(orm::Transaction& tx, orm::Id<auth::User> user, orm::Id<E> event_id, bool (*may)(Status),
                    const Clock& clock) {
    using Outcome = CancelResult::Outcome;
    const std::optional<E> event = lock_event(tx, event_id);
    if (!event) return {Outcome::not_found};
    const std::optional<R> registration = tx.first(orm::select<R> | of_event(event_id) | of_user(user));
    if (!registration) return {Outcome::not_found};
    if (registration->status == Status::cancelled) return {Outcome::already_cancelled};
    if (!may(registration->status)) return {Outcome::attended};
    const orm::Timestamp now = clock.now();
    if (has_started(*event, now)) return {Outcome::started};
    tx.update(orm::select<R> | orm::filter(f<&R::id> == registration->id), orm::set<& R::status> = Status::cancelled,
              orm::set<& R::status_before_check_in> = std::nullopt);
    letters::cancelled(tx, *registration);
    if (!holds_seat(registration->status)) return {Outcome::cancelled};
    const std::int64_t one = std::min<std::int64_t>(1, free_now(tx, *event));
    return {Outcome::cancelled, promote(tx, *event, one, now)};
}

/// Whoever goes for good gives up a seat, too, to which they were let in at the door before the event began.
bool may_release(Status status) {
    return may_cancel(status) || status == Status::attended;
}

}  // namespace

std::optional<E> lock_event(orm::Transaction& tx, orm::Id<E> event) {
    return tx.first(orm::select<E> | with_id(event) | orm::for_no_key_update);
}

std::vector<orm::Id<auth::User>> fill_seats(orm::Transaction& tx, const E& event, orm::Timestamp now) {
    return promote(tx, event, free_now(tx, event), now);
}

std::optional<Person> find_person(orm::Executor& db, orm::Id<auth::User> user, orm::Id<E> event) {
    const auto own = event_registrations.where(f<&R::event> == event);
    return db.first(orm::select<auth::User> | orm::filter(f<&auth::User::id> == user) | orm::related<crushprofile> |
                    orm::annotate(orm::exists(invited_events.where(f<&E::id> == event)),
                                  orm::exists(crushcoach.where(f<&CrushCoach::is_active>)), orm::max(own, f<&R::id>),
                                  orm::max(own, f<&R::status>), orm::max(own, f<&R::queued_at>)) |
                    orm::as<Person>);
}

std::int64_t waiting_position(orm::Executor& db, orm::Id<E> event, orm::Timestamp queued_at, orm::Id<R> registration) {
    return 1 + db.count(orm::select<R> | of_event(event) | orm::filter(waiting) |
                        orm::filter(f<&R::queued_at> < queued_at ||
                                    (f<&R::queued_at> == queued_at && f<&R::id> < registration)));
}

RegistrationResult register_for_event(orm::Executor& db, orm::Id<auth::User> user, orm::Id<E> event_id,
                                      const RegistrationDetails& details, const Clock& clock) {
    if (!user) return refuse(Refusal::login_required);
    if (!acceptable(details)) return refuse(Refusal::invalid_details);
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> RegistrationResult {
        // The person before the event: an account that is being deleted registers nowhere meanwhile.
        tx.first(orm::select<auth::User> | orm::filter(f<&auth::User::id> == user) | orm::for_no_key_update);
        const std::optional<E> event = lock_event(tx, event_id);
        if (!event) return refuse(Refusal::not_found);
        const std::optional<Person> person = find_person(tx, user, event_id);
        if (!person) return refuse(Refusal::login_required);
        if (!person->may_see(*event)) return refuse(Refusal::not_found);
        if (person->registered()) return same_again(tx, event_id, *person);
        const orm::Timestamp now = clock.now();  // after the wait for the lock: the deadline may have passed meanwhile
        if (!is_accepting(*event, now)) return refuse(Refusal::closed);
        if (const std::optional<Refusal> reason = person->why_not(*event)) return refuse(*reason);
        return take_place(tx, *event, *person, details, now);
    });
}

CancelResult cancel_registration(orm::Executor& db, orm::Id<auth::User> user, orm::Id<E> event, const Clock& clock) {
    return db.atomic(platform::repeatable,
                     [&](orm::Transaction& tx) { return cancel(tx, user, event, may_cancel, clock); });
}

std::vector<orm::Id<auth::User>> release_registrations(orm::Executor& db, orm::Id<auth::User> user,
                                                       const Clock& clock) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        std::vector<orm::Id<auth::User>> promoted;
        const auto open = tx.all(orm::select<R> | of_user(user) | orm::filter(not_cancelled_registration) |
                                 orm::filter(f<&R::event, &E::event_date> > clock.now()) | orm::order_by<&R::event> |
                                 orm::values<&R::event>);
        for (const auto& event : open) {
            CancelResult result = cancel(tx, user, event, may_release, clock);
            promoted.insert(promoted.end(), result.promoted.begin(), result.promoted.end());
        }
        return promoted;
    });
}

std::optional<std::vector<orm::Id<auth::User>>> set_capacity(orm::Executor& db, orm::Id<E> event_id,
                                                             std::int32_t capacity, const Clock& clock) {
    using Promoted = std::optional<std::vector<orm::Id<auth::User>>>;
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> Promoted {
        std::optional<E> event = lock_event(tx, event_id);
        if (!event) return std::nullopt;
        event->max_participants = capacity;
        tx.save<&E::max_participants>(*event);
        return fill_seats(tx, *event, clock.now());
    });
}

bool cancel_event(orm::Executor& db, orm::Id<E> event) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        if (tx.update(orm::select<E> | with_id(event) | not_cancelled, orm::set<& E::is_cancelled> = true) == 0)
            return false;
        letters::event_cancelled(tx, event);
        return true;
    });
}

}  // namespace crush_lu
