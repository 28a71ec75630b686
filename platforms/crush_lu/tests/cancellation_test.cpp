// Cancelling, moving up and coming back: REG-5 to REG-7, EVT-5, EVT-6, and the awkward cases 4 to 9.
#include "fixture.hpp"

namespace crush_lu {
namespace {

using orm::f;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using Outcome = CancelResult::Outcome;

class Cancellation : public CrushTest {};
ON_EACH_DATABASE(Cancellation);

// REG-5: cancelling ---------------------------------------------------------------------------------------------------

TEST_P(Cancellation, REG5_cancels_from_pending_confirmed_and_waitlist) {
    const std::vector<UserId> people = members(2);
    const EventId free = meetup({.seats = 1});
    join(people[0], free);
    join(people[1], free);
    EXPECT_EQ(leave(people[1], free), Outcome::cancelled);
    EXPECT_EQ(leave(people[0], free), Outcome::cancelled);
    const EventId paid = meetup({.fee = "5"});
    join(people[0], paid);
    EXPECT_EQ(leave(people[0], paid), Outcome::cancelled);
    EXPECT_EQ(status(people[0], paid), Status::cancelled);
}

TEST_P(Cancellation, REG5_after_the_deadline_but_not_after_the_start) {
    const EventId event = meetup();
    const orm::Timestamp start = orm::parse_timestamp("2026-06-12 17:30:00");
    const std::vector<UserId> people = members(2);
    for (const UserId user : people) join(user, event);
    EXPECT_EQ(cancel_registration(db, people[0], event, start - 1us).outcome, Outcome::cancelled);
    EXPECT_EQ(cancel_registration(db, people[1], event, start).outcome, Outcome::started);
    EXPECT_EQ(status(people[1], event), Status::confirmed);
}

TEST_P(Cancellation, REG5_attendance_cannot_be_erased) {
    const EventId event = meetup();
    const UserId anna = member();
    join(anna, event);
    for (const Status status : {Status::attended, Status::no_show}) {
        change_registration<&EventRegistration::status>(anna, event, status);
        EXPECT_EQ(leave(anna, event), Outcome::attended);
        EXPECT_EQ(this->status(anna, event), status);
    }
}

TEST_P(Cancellation, REG5_cancelling_twice_is_harmless) {
    const EventId event = meetup();
    const UserId anna = member();
    EXPECT_EQ(leave(anna, event), Outcome::not_found);
    EXPECT_EQ(leave(anna, EventId(999)), Outcome::not_found);
    join(anna, event);
    EXPECT_EQ(leave(anna, event), Outcome::cancelled);
    EXPECT_EQ(leave(anna, event), Outcome::already_cancelled);
}

TEST_P(Cancellation, REG5_case4_two_cancels_at_once_promote_one) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(4);
    for (const UserId user : people) join(user, event);
    in_parallel(6, [&](int) { leave(people[0], event); });
    EXPECT_EQ(held(event), 1);
    EXPECT_EQ(status(people[1], event), Status::confirmed);
    EXPECT_EQ(waiting_at(event), 2);
}

// REG-6: promotion ----------------------------------------------------------------------------------------------------

TEST_P(Cancellation, REG6_a_freed_seat_goes_to_the_first_in_line) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(3);
    for (const UserId user : people) join(user, event);
    const CancelResult result = cancel_registration(db, people[0], event, now);
    EXPECT_EQ(result.outcome, Outcome::cancelled);
    EXPECT_THAT(result.promoted, ElementsAre(people[1]));
    EXPECT_EQ(status(people[1], event), Status::confirmed);
    EXPECT_EQ(join(people[2], event).position, 1);
}

TEST_P(Cancellation, REG6_promoted_to_pending_where_there_is_a_fee) {
    const EventId event = meetup({.seats = 1, .fee = "12.50"});
    const std::vector<UserId> people = members(2);
    for (const UserId user : people) join(user, event);
    leave(people[0], event);
    EXPECT_EQ(status(people[1], event), Status::pending);
}

TEST_P(Cancellation, REG6_a_cancelled_wait_promotes_nobody) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(3);
    for (const UserId user : people) join(user, event);
    EXPECT_THAT(cancel_registration(db, people[1], event, now).promoted, IsEmpty());
    EXPECT_EQ(status(people[2], event), Status::waitlist);
}

TEST_P(Cancellation, REG6_case6_whoever_may_no_longer_take_part_is_skipped) {
    const EventId event = meetup({.seats = 1, .max_age = 35});
    const std::vector<UserId> people = members(7);
    for (const UserId user : people) join(user, event);
    db.update(orm::select<auth::User> | orm::filter(f<&auth::User::id> == people[1]),
              orm::set<& auth::User::is_active> = false);
    change<&CrushProfile::is_active>(people[2], false);
    change<&CrushProfile::is_approved>(people[3], false);
    change<&CrushProfile::date_of_birth>(people[4], orm::parse_date("1985-01-01"));
    db.erase(orm::select<CrushProfile> | profile_of(people[5]));
    EXPECT_THAT(cancel_registration(db, people[0], event, now).promoted, ElementsAre(people[6]));
    for (std::size_t i = 1; i <= 5; ++i) EXPECT_EQ(status(people[i], event), Status::waitlist);
}

TEST_P(Cancellation, REG6_case6_skips_more_than_one_batch) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(60);
    for (const UserId user : people) join(user, event);
    for (std::size_t i = 1; i < 59; ++i) change<&CrushProfile::is_approved>(people[i], false);
    EXPECT_THAT(cancel_registration(db, people[0], event, now).promoted, ElementsAre(people[59]));
}

TEST_P(Cancellation, REG6_an_invitation_counts_in_the_line_of_a_private_event) {
    const EventId event = meetup({.seats = 1, .private_ = true});
    const std::vector<UserId> people = members(3);
    for (const UserId user : people) {
        invite(event, user);
        join(user, event);
        change<&CrushProfile::is_approved>(user, false);
    }
    db.remove_related<&MeetupEvent::special_users>(event, std::vector{people[1]});
    EXPECT_THAT(cancel_registration(db, people[0], event, now).promoted, ElementsAre(people[2]));
}

TEST_P(Cancellation, REG6_case7_an_account_that_goes_frees_and_fills_its_seats) {
    const EventId first = meetup({.seats = 1});
    const EventId second = meetup({.seats = 1});
    const EventId past = meetup({.date = "2026-05-02 17:00:00", .deadline = "2026-05-01 17:00:00"});
    const std::vector<UserId> people = members(3);
    register_for_event(db, people[0], past, {}, now - std::chrono::days(40));
    for (const UserId user : people) join(user, first);
    join(people[1], second);
    join(people[0], second);
    EXPECT_THAT(release_registrations(db, people[0], now), ElementsAre(people[1]));
    EXPECT_EQ(status(people[0], first), Status::cancelled);
    EXPECT_EQ(status(people[0], second), Status::cancelled);
    EXPECT_EQ(status(people[0], past), Status::confirmed);
    EXPECT_EQ(held(second), 1);
}

TEST_P(Cancellation, EVT5_case8_capacity_lowered_removes_nobody_raised_fills_in_order) {
    const EventId event = meetup({.seats = 5});
    const std::vector<UserId> people = members(8);
    for (const UserId user : people) join(user, event);
    EXPECT_THAT(set_capacity(db, event, 3, now), Optional(IsEmpty()));
    EXPECT_EQ(held(event), 5);
    EXPECT_THAT(cancel_registration(db, people[0], event, now).promoted, IsEmpty()) << "4 still sit on 3 seats";
    EXPECT_EQ(held(event), 4);
    EXPECT_THAT(set_capacity(db, event, 6, now), Optional(ElementsAre(people[5], people[6])));
    EXPECT_EQ(held(event), 6);
    EXPECT_EQ(set_capacity(db, EventId(999), 6, now), std::nullopt);
    EXPECT_THROW(set_capacity(db, event, 0, now), orm::CheckViolation);
}

TEST_P(Cancellation, REG6_case9_no_promotion_for_started_cancelled_or_unpublished_events) {
    const std::vector<UserId> people = members(2);
    const auto full_event = [&] {
        const EventId event = meetup({.seats = 1});
        for (const UserId user : people) join(user, event);
        return event;
    };
    const EventId cancelled = full_event();
    EXPECT_TRUE(cancel_event(db, cancelled));
    EXPECT_FALSE(cancel_event(db, cancelled));
    EXPECT_THAT(cancel_registration(db, people[0], cancelled, now).promoted, IsEmpty());

    const EventId unpublished = full_event();
    change<&MeetupEvent::is_published>(unpublished, false);
    EXPECT_THAT(cancel_registration(db, people[0], unpublished, now).promoted, IsEmpty());

    const EventId started = full_event();
    const orm::Timestamp start = orm::parse_timestamp("2026-06-12 17:30:00");
    EXPECT_THAT(set_capacity(db, started, 2, start), Optional(IsEmpty())) << "re-saving an old event";
    EXPECT_EQ(status(people[1], started), Status::waitlist);
}

TEST_P(Cancellation, EVT6_cancelling_the_event_changes_no_registration) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(2);
    for (const UserId user : people) join(user, event);
    EXPECT_TRUE(cancel_event(db, event));
    EXPECT_EQ(status(people[0], event), Status::confirmed);
    EXPECT_EQ(status(people[1], event), Status::waitlist);
    EXPECT_FALSE(cancel_event(db, EventId(999)));
}

// REG-7: coming back --------------------------------------------------------------------------------------------------

TEST_P(Cancellation, REG7_case5_coming_back_re_uses_the_row_at_the_end_of_the_line) {
    const EventId event = meetup({.seats = 1, .fee = "12.50"});
    const std::vector<UserId> people = members(3);
    for (const UserId user : people) join(user, event);
    const EventRegistration before = registration(people[0], event);
    change_registration<&EventRegistration::payment_confirmed>(people[0], event, true);
    change_registration<&EventRegistration::payment_date>(people[0], event, now);
    leave(people[0], event);  // people[1] moves up
    const RegistrationResult back = register_for_event(db, people[0], event, {.dietary_restrictions = "nuts"}, now);
    EXPECT_EQ(back.status, Status::waitlist);
    EXPECT_EQ(back.position, 2) << "behind people[2], although the row is older and the moment the same";
    EXPECT_TRUE(back.changed);
    const EventRegistration after = registration(people[0], event);
    EXPECT_EQ(after.id, before.id);
    EXPECT_FALSE(after.payment_confirmed);
    EXPECT_EQ(after.payment_date, std::nullopt);
    EXPECT_EQ(after.dietary_restrictions, "nuts");
    EXPECT_GT(after.queued_at, registration(people[2], event).queued_at);
}

TEST_P(Cancellation, REG7_coming_back_to_a_free_seat_is_confirmed) {
    const EventId event = meetup();
    const UserId anna = member();
    join(anna, event);
    leave(anna, event);
    EXPECT_EQ(join(anna, event).status, Status::confirmed);
    EXPECT_EQ(db.count(orm::select<EventRegistration>), 1);
}

TEST_P(Cancellation, A_failure_in_the_middle_leaves_nothing_behind) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(2);
    for (const UserId user : people) join(user, event);
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        cancel_registration(tx, people[0], event, now);
        throw std::runtime_error("the power went out");
    }),
                 std::runtime_error);
    EXPECT_EQ(status(people[0], event), Status::confirmed);
    EXPECT_EQ(status(people[1], event), Status::waitlist);
}

}  // namespace
}  // namespace crush_lu
