// At the door and at the till: REG-8, REG-9, and the awkward cases 13 and 14.
#include "crush_lu/attendance.hpp"

#include <atomic>

#include "fixture.hpp"

namespace crush_lu {

void PrintTo(CheckInOutcome outcome, std::ostream* out) {
    *out << orm::to_string(outcome);
}
void PrintTo(PaymentOutcome outcome, std::ostream* out) {
    *out << orm::to_string(outcome);
}

namespace {

using Id = orm::Id<EventRegistration>;
using testing::Optional;

class Attendance : public CrushTest {
  protected:
    const orm::Timestamp start = orm::parse_timestamp("2026-06-12 17:30:00");
    const orm::Timestamp end = start + 120min;
    const UserId door = coach("Claire");

    Id ticket(UserId user, EventId event) { return registration(user, event).id; }
    CheckInOutcome scan(Id ticket, const CheckInOptions& options = {}) {
        return check_in(db, door, ticket, options, start);
    }
    CheckInOutcome undo(Id ticket) { return undo_check_in(db, door, ticket, start); }
    PaymentOutcome pay(Id ticket, const char* amount) {
        return confirm_payment(db, ticket, orm::Decimal<6, 2>(amount), now);
    }
};
ON_EACH_DATABASE(Attendance);

TEST_P(Attendance, REG8_pending_and_confirmed_become_attended) {
    const UserId anna = member();
    for (const char* fee : {"0", "12.50"}) {
        const EventId event = meetup({.fee = fee});
        join(anna, event);
        EXPECT_EQ(scan(ticket(anna, event)), CheckInOutcome::checked_in) << fee;
        EXPECT_EQ(status(anna, event), Status::attended) << fee;
    }
}

TEST_P(Attendance, REG8_only_active_coaches_and_staff) {
    const EventId event = meetup();
    const UserId anna = member();
    join(anna, event);
    const UserId former = coach("Fred");
    db.update(orm::select<CrushCoach> | orm::filter(orm::f<&CrushCoach::user> == former),
              orm::set<& CrushCoach::is_active> = false);
    const UserId staff = account("Sam");
    for (const UserId by : {anna, former, staff, UserId(), UserId(999'999)}) {
        EXPECT_EQ(check_in(db, by, ticket(anna, event), {}, start), CheckInOutcome::not_allowed) << by.value;
        EXPECT_EQ(undo_check_in(db, by, ticket(anna, event), start), CheckInOutcome::not_allowed) << by.value;
        EXPECT_EQ(close_attendance(db, by, event, end), std::nullopt) << by.value;
    }
    EXPECT_EQ(status(anna, event), Status::confirmed);
    db.update(orm::select<auth::User> | orm::filter(orm::f<&auth::User::id> == staff),
              orm::set<& auth::User::is_staff> = true);
    EXPECT_EQ(check_in(db, staff, ticket(anna, event), {}, start), CheckInOutcome::checked_in);
}

TEST_P(Attendance, REG8_the_door_is_open_from_two_hours_before_to_a_day_after_the_end) {
    const EventId event = meetup();
    const std::vector<UserId> people = members(2);
    for (const UserId user : people) join(user, event);
    const Id first = ticket(people[0], event);
    const Id second = ticket(people[1], event);
    EXPECT_EQ(check_in(db, door, first, {}, start - 2h - 1us), CheckInOutcome::too_early);
    EXPECT_EQ(check_in(db, door, first, {}, start - 2h), CheckInOutcome::checked_in);
    EXPECT_EQ(check_in(db, door, second, {}, end + 24h + 1us), CheckInOutcome::too_late);
    EXPECT_EQ(check_in(db, door, second, {}, end + 24h), CheckInOutcome::checked_in);
    EXPECT_EQ(undo_check_in(db, door, second, end + 24h + 1us), CheckInOutcome::too_late);
}

TEST_P(Attendance, REG8_case14_two_coaches_scan_one_ticket_at_once) {
    const EventId event = meetup();
    const UserId anna = member();
    join(anna, event);
    const Id id = ticket(anna, event);
    const UserId other = coach("Otto");
    std::atomic<int> checked{0};
    std::atomic<int> again{0};
    in_parallel(8, [&](int i) {
        const auto outcome = check_in(db, i % 2 == 0 ? door : other, id, {}, start);
        if (outcome == CheckInOutcome::checked_in) ++checked;
        if (outcome == CheckInOutcome::already) ++again;
    });
    EXPECT_EQ(checked, 1);
    EXPECT_EQ(again, 7);
    EXPECT_EQ(undo(id), CheckInOutcome::undone);
    EXPECT_EQ(status(anna, event), Status::confirmed);
}

TEST_P(Attendance, REG8_case14_undo_gives_back_what_was_before_once) {
    const UserId anna = member();
    const EventId event = meetup({.fee = "5"});
    join(anna, event);
    const Id id = ticket(anna, event);
    EXPECT_EQ(undo(id), CheckInOutcome::not_coming);
    scan(id);
    EXPECT_EQ(undo(id), CheckInOutcome::undone);
    EXPECT_EQ(undo(id), CheckInOutcome::not_coming);
    EXPECT_EQ(status(anna, event), Status::pending);
    EXPECT_EQ(registration(anna, event).status_before_check_in, std::nullopt);
}

TEST_P(Attendance, REG8_case14_old_and_foreign_tickets_open_no_door) {
    const EventId event = meetup();
    const UserId anna = member();
    join(anna, event);
    leave(anna, event);
    EXPECT_EQ(scan(ticket(anna, event)), CheckInOutcome::not_coming);
    EXPECT_EQ(scan(Id(424'242)), CheckInOutcome::not_found);
    EXPECT_EQ(undo(Id(424'242)), CheckInOutcome::not_found);
    EXPECT_EQ(status(anna, event), Status::cancelled);
}

TEST_P(Attendance, REG8_case14_somebody_from_the_line_needs_a_free_seat_or_a_coach_who_insists) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(2);
    for (const UserId user : people) join(user, event);
    const Id waits = ticket(people[1], event);
    EXPECT_EQ(scan(waits), CheckInOutcome::full);
    EXPECT_EQ(status(people[1], event), Status::waitlist);
    EXPECT_EQ(scan(waits, {.over_capacity = true}), CheckInOutcome::checked_in);
    EXPECT_EQ(undo(waits), CheckInOutcome::undone);
    EXPECT_EQ(status(people[1], event), Status::waitlist);
    change<&MeetupEvent::max_participants>(event, 2);
    EXPECT_EQ(scan(waits), CheckInOutcome::checked_in);
}

TEST_P(Attendance, REG9_who_paid_and_moves_up_again_owes_nothing) {
    const EventId event = meetup({.seats = 1, .fee = "5"});
    const std::vector<UserId> people = members(2);
    for (const UserId user : people) join(user, event);
    const Id id = ticket(people[1], event);
    EXPECT_EQ(check_in(db, door, id, {.over_capacity = true}, start - 1h), CheckInOutcome::checked_in);
    EXPECT_EQ(pay(id, "5"), PaymentOutcome::paid);
    EXPECT_EQ(undo_check_in(db, door, id, start - 1h), CheckInOutcome::undone);
    EXPECT_EQ(status(people[1], event), Status::waitlist);
    leave(people[0], event);
    EXPECT_EQ(status(people[1], event), Status::confirmed);
}

TEST_P(Attendance, REG3_undoing_gives_a_free_seat_to_the_line) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(3);
    for (const UserId user : people) join(user, event);
    const Id last = ticket(people[2], event);
    EXPECT_EQ(check_in(db, door, last, {.over_capacity = true}, start - 1h), CheckInOutcome::checked_in);
    leave(people[0], event);
    EXPECT_EQ(status(people[1], event), Status::waitlist) << "no seat is free yet";
    EXPECT_EQ(undo_check_in(db, door, last, start - 1h), CheckInOutcome::undone);
    EXPECT_EQ(status(people[1], event), Status::confirmed);
    EXPECT_EQ(status(people[2], event), Status::waitlist);
}

TEST_P(Attendance, REG4_nobody_who_comes_passes_who_waits) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(3);
    join(people[0], event);
    join(people[1], event);
    change<&MeetupEvent::max_participants>(event, 2);  // behind everybody's back
    EXPECT_EQ(join(people[2], event).position, 1);
    EXPECT_EQ(status(people[1], event), Status::confirmed);
    EXPECT_EQ(status(people[2], event), Status::waitlist);
}

TEST_P(Attendance, REG8_case14_one_free_seat_for_everybody_who_waits_at_the_door) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(6);
    for (const UserId user : people) join(user, event);
    change<&MeetupEvent::max_participants>(event, 2);
    std::vector<Id> line;
    for (std::size_t i = 1; i < people.size(); ++i) line.push_back(ticket(people[i], event));
    std::atomic<int> let_in{0};
    in_parallel(static_cast<int>(line.size()), [&](int i) {
        if (scan(line[static_cast<std::size_t>(i)]) == CheckInOutcome::checked_in) ++let_in;
    });
    EXPECT_EQ(let_in, 1);
    EXPECT_EQ(held(event), 2);
}

TEST_P(Attendance, EVT6_no_check_in_at_a_cancelled_event) {
    const EventId event = meetup();
    const UserId anna = member();
    join(anna, event);
    cancel_event(db, event);
    EXPECT_EQ(scan(ticket(anna, event)), CheckInOutcome::cancelled);
    EXPECT_EQ(close_attendance(db, door, event, end), std::nullopt);
    EXPECT_EQ(status(anna, event), Status::confirmed);
}

TEST_P(Attendance, REG8_after_the_end_the_unmarked_are_no_shows_and_nobody_moves_up) {
    const EventId event = meetup({.seats = 2});
    const std::vector<UserId> people = members(3);
    for (const UserId user : people) join(user, event);
    scan(ticket(people[0], event));
    EXPECT_EQ(close_attendance(db, door, event, end - 1us), std::nullopt);
    EXPECT_EQ(close_attendance(db, door, EventId(999), end), std::nullopt);
    EXPECT_THAT(close_attendance(db, door, event, end), Optional(1));
    EXPECT_EQ(status(people[0], event), Status::attended);
    EXPECT_EQ(status(people[1], event), Status::no_show);
    EXPECT_EQ(status(people[2], event), Status::waitlist);
    EXPECT_THAT(close_attendance(db, door, event, end), Optional(0));
}

TEST_P(Attendance, REG9_a_payment_confirms_the_seat_and_sets_flag_and_date_together) {
    const EventId event = meetup({.fee = "12.50"});
    const UserId anna = member();
    join(anna, event);
    EXPECT_EQ(pay(ticket(anna, event), "12.50"), PaymentOutcome::paid);
    const EventRegistration row = registration(anna, event);
    EXPECT_EQ(row.status, Status::confirmed);
    EXPECT_TRUE(row.payment_confirmed);
    EXPECT_EQ(row.payment_date, now);
}

TEST_P(Attendance, REG9_case13_the_provider_calls_many_times_at_once) {
    const EventId event = meetup({.fee = "12.50"});
    const UserId anna = member();
    join(anna, event);
    const Id id = ticket(anna, event);
    std::atomic<int> paid{0};
    in_parallel(6, [&](int) {
        if (pay(id, "12.50") == PaymentOutcome::paid) ++paid;
    });
    EXPECT_EQ(paid, 1);
}

TEST_P(Attendance, REG9_case13_the_amount_is_the_fee_of_today) {
    const EventId event = meetup({.fee = "12.50"});
    const UserId anna = member();
    join(anna, event);
    const Id id = ticket(anna, event);
    change<&MeetupEvent::registration_fee>(event, orm::Decimal<6, 2>("15"));
    for (const char* amount : {"12.50", "0", "-15", "15.01"})
        EXPECT_EQ(pay(id, amount), PaymentOutcome::wrong_amount) << amount;
    EXPECT_FALSE(registration(anna, event).payment_confirmed);
    EXPECT_EQ(pay(id, "15.00"), PaymentOutcome::paid);
}

TEST_P(Attendance, REG9_case13_no_payment_brings_a_cancelled_or_waiting_member_in) {
    const EventId event = meetup({.seats = 1, .fee = "5"});
    const std::vector<UserId> people = members(2);
    for (const UserId user : people) join(user, event);
    EXPECT_EQ(pay(ticket(people[1], event), "5"), PaymentOutcome::not_payable);
    EXPECT_EQ(status(people[1], event), Status::waitlist);
    leave(people[0], event);
    EXPECT_EQ(pay(ticket(people[0], event), "5"), PaymentOutcome::not_payable);
    EXPECT_EQ(status(people[0], event), Status::cancelled);
    EXPECT_EQ(pay(Id(999), "5"), PaymentOutcome::not_found);
}

TEST_P(Attendance, REG9_case13_paying_after_the_check_in_keeps_the_attendance) {
    const EventId event = meetup({.fee = "5"});
    const UserId anna = member();
    join(anna, event);
    const Id id = ticket(anna, event);
    scan(id);
    EXPECT_EQ(pay(id, "5"), PaymentOutcome::paid);
    EXPECT_EQ(status(anna, event), Status::attended);
    EXPECT_EQ(undo(id), CheckInOutcome::undone);
    EXPECT_EQ(status(anna, event), Status::confirmed);
}

TEST_P(Attendance, REG9_case13_cancelling_and_paying_at_once_leave_one_story) {
    const EventId event = meetup({.seats = 1, .fee = "5"});
    const std::vector<UserId> people = members(2);
    for (const UserId user : people) join(user, event);
    const Id id = ticket(people[0], event);
    std::atomic<bool> paid{false};
    in_parallel(2, [&](int i) {
        if (i == 0)
            leave(people[0], event);
        else
            paid = pay(id, "5") == PaymentOutcome::paid;
    });
    const EventRegistration row = registration(people[0], event);
    EXPECT_EQ(row.status, Status::cancelled);  // paid first, then given up: the flag tells that money goes back
    EXPECT_EQ(row.payment_confirmed, paid);
    EXPECT_EQ(held(event), 1);
    EXPECT_EQ(status(people[1], event), Status::pending);
}

}  // namespace
}  // namespace crush_lu
