// Registering: REG-1 to REG-4 by their numbers, and the awkward cases 1 to 3, 10 and 11 of the domain's list.
#include <atomic>
#include <numeric>
#include <thread>

#include "fixture.hpp"
#include "orm/outbox.hpp"

namespace crush_lu {
namespace {

using orm::f;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using Outcome = CancelResult::Outcome;

class Registration : public CrushTest {
  protected:
    std::optional<Refusal> refusal(UserId user, EventId event) { return join(user, event).refusal; }
};
ON_EACH_DATABASE(Registration);

// REG-1: the checks and their order -----------------------------------------------------------------------------------

TEST_P(Registration, REG1_asks_for_a_login_first) {
    EXPECT_EQ(refusal(UserId{}, EventId(999)), Refusal::login_required);
    EXPECT_EQ(refusal(UserId(4711), meetup()), Refusal::login_required) << "an account that is gone";
}

TEST_P(Registration, REG1_unknown_and_unseen_events_are_not_found) {
    const UserId anna = member();
    EXPECT_EQ(refusal(anna, EventId(999)), Refusal::not_found);
    EXPECT_EQ(refusal(anna, meetup({.published = false})), Refusal::not_found);
    EXPECT_EQ(refusal(anna, meetup({.private_ = true})), Refusal::not_found);
    const EventId hidden = meetup({.private_ = true});
    EXPECT_EQ(refusal(account("Nobody"), hidden), Refusal::not_found) << "before the profile is looked at";
}

TEST_P(Registration, REG1_an_invited_member_sees_the_private_event) {
    const EventId event = meetup({.private_ = true});
    const UserId anna = member();
    invite(event, anna);
    EXPECT_EQ(join(anna, event).status, Status::confirmed);
}

TEST_P(Registration, REG1_refuses_in_the_stated_order) {
    const EventId closed = meetup({.date = "2026-05-30 17:00:00", .deadline = "2026-05-29 17:00:00"});
    EXPECT_EQ(refusal(account("Nobody"), closed), Refusal::closed) << "before the profile is looked at";

    const EventId event = meetup({.min_age = 25, .max_age = 35});
    EXPECT_EQ(refusal(account("Nobody"), event), Refusal::no_profile);

    const UserId anna = member("Anna", "");
    change<&CrushProfile::is_active>(anna, false);
    change<&CrushProfile::is_approved>(anna, false);
    EXPECT_EQ(refusal(anna, event), Refusal::inactive);
    change<&CrushProfile::is_active>(anna, true);
    EXPECT_EQ(refusal(anna, event), Refusal::not_approved);
    change<&CrushProfile::is_approved>(anna, true);
    EXPECT_EQ(refusal(anna, event), Refusal::no_birth_date);
    change<&CrushProfile::date_of_birth>(anna, orm::parse_date("2003-01-01"));
    EXPECT_EQ(refusal(anna, event), Refusal::too_young);
    change<&CrushProfile::date_of_birth>(anna, orm::parse_date("1980-01-01"));
    EXPECT_EQ(refusal(anna, event), Refusal::too_old);
    change<&CrushProfile::date_of_birth>(anna, orm::parse_date("1996-01-01"));
    EXPECT_EQ(refusal(anna, event), std::nullopt);
    EXPECT_EQ(held(event), 1);
}

TEST_P(Registration, REG1_a_deactivated_account_cannot_register) {
    const UserId anna = member();
    db.update(orm::select<auth::User> | orm::filter(f<&auth::User::id> == anna),
              orm::set<& auth::User::is_active> = false);
    EXPECT_EQ(refusal(anna, meetup()), Refusal::inactive);
}

TEST_P(Registration, REG1_registering_twice_gives_the_same_result_and_writes_nothing) {
    const EventId event = meetup({.seats = 1});
    const UserId anna = member();
    const UserId ben = member("Ben");
    EXPECT_TRUE(join(anna, event).changed);
    EXPECT_EQ(join(ben, event).position, 1);
    const EventRegistration before = registration(ben, event);
    change<&MeetupEvent::is_cancelled>(event, true);  // already registered comes before "is it open"
    for (int i = 0; i < 2; ++i) {
        const RegistrationResult again = register_for_event(db, ben, event, {.dietary_restrictions = "new"}, now + 1h);
        EXPECT_EQ(again.refusal, std::nullopt);
        EXPECT_EQ(again.status, Status::waitlist);
        EXPECT_EQ(again.position, 1);
        EXPECT_FALSE(again.changed);
    }
    EXPECT_EQ(registration(ben, event).queued_at, before.queued_at);
    EXPECT_EQ(registration(ben, event).dietary_restrictions, "");
}

TEST_P(Registration, REG1_capacity_never_refuses) {
    const EventId event = meetup({.seats = 1});
    std::vector<std::int64_t> positions;
    for (const UserId user : members(4)) positions.push_back(join(user, event).position);
    EXPECT_THAT(positions, ElementsAre(0, 1, 2, 3));
}

TEST_P(Registration, REG1_texts_of_the_form_have_limits) {
    const EventId event = meetup();
    const UserId anna = member();
    const auto with = [&](std::string dietary, std::string requests = {}) {
        return register_for_event(db, anna, event, {std::move(dietary), std::move(requests)}, now);
    };
    EXPECT_EQ(with(std::string(201, 'x')).refusal, Refusal::invalid_details);
    EXPECT_EQ(with("", std::string(501, 'x')).refusal, Refusal::invalid_details);
    EXPECT_EQ(with(std::string("nul\0", 4)).refusal, Refusal::invalid_details);
    EXPECT_EQ(with("\xff").refusal, Refusal::invalid_details);
    std::string emoji;
    for (int i = 0; i < 200; ++i) emoji += "🍷";
    EXPECT_EQ(with(emoji, "O'Brien; DROP TABLE \"x\" -- %_").refusal, std::nullopt);
    EXPECT_EQ(registration(anna, event).dietary_restrictions, emoji);
    EXPECT_EQ(registration(anna, event).special_requests, "O'Brien; DROP TABLE \"x\" -- %_");
}

TEST_P(Registration, PRV3_an_invitation_replaces_the_approval_and_nothing_else) {
    const EventId event = meetup({.private_ = true});
    const UserId anna = member("Anna", "");
    change<&CrushProfile::is_approved>(anna, false);
    invite(event, anna);
    EXPECT_EQ(refusal(anna, event), Refusal::no_birth_date);
    change<&CrushProfile::date_of_birth>(anna, orm::parse_date("2010-01-01"));
    EXPECT_EQ(refusal(anna, event), Refusal::too_young);
    change<&CrushProfile::date_of_birth>(anna, orm::parse_date("1996-01-01"));
    EXPECT_EQ(refusal(anna, event), std::nullopt);

    const EventId open = meetup();
    invite(open, anna);
    EXPECT_EQ(refusal(anna, open), Refusal::not_approved) << "only for private events";

    const UserId nobody = account("Nobody");
    invite(event, nobody);
    EXPECT_EQ(refusal(nobody, event), Refusal::no_profile);
}

// REG-2: the status ---------------------------------------------------------------------------------------------------

TEST_P(Registration, REG2_confirmed_without_a_fee_pending_with_one_waitlist_when_full) {
    const std::vector<UserId> people = members(2);
    EXPECT_EQ(join(people[0], meetup()).status, Status::confirmed);
    const EventId paid = meetup({.seats = 1, .fee = "12.50"});
    EXPECT_EQ(join(people[0], paid).status, Status::pending);
    EXPECT_EQ(join(people[1], paid).status, Status::waitlist) << "a seat held for payment is held";
}

TEST_P(Registration, REG2_attended_and_pending_hold_seats_cancelled_and_no_show_do_not) {
    for (const auto& [status, seat] : {std::pair{Status::pending, true},
                                       {Status::confirmed, true},
                                       {Status::attended, true},
                                       {Status::waitlist, false},
                                       {Status::no_show, false},
                                       {Status::cancelled, false}}) {
        const EventId event = meetup({.seats = 1});
        const std::vector<UserId> people = members(2);
        join(people[0], event);
        change_registration<&EventRegistration::status>(people[0], event, status);
        // A seat that nobody holds is first theirs who wait (REG-3), so that whoever comes finds it taken then, too.
        const bool taken = seat || status == Status::waitlist;
        EXPECT_EQ(join(people[1], event).waitlisted(), taken) << orm::to_string(status);
        EXPECT_EQ(registration(people[0], event).status, status == Status::waitlist ? Status::confirmed : status);
        EXPECT_EQ(holds_seat(status), seat);
    }
}

// REG-3: never too many, none free while somebody waits ---------------------------------------------------------------

TEST_P(Registration, REG3_case1_100_parallel_registrations_for_30_seats) {
    const EventId event = meetup();
    const std::vector<UserId> people = members(100);
    std::vector<RegistrationResult> results(100);
    in_parallel(100, [&](int i) { results[std::size_t(i)] = join(people[std::size_t(i)], event); });
    std::vector<std::int64_t> positions;
    for (const RegistrationResult& result : results) {
        EXPECT_EQ(result.refusal, std::nullopt);
        if (result.waitlisted()) positions.push_back(result.position);
    }
    EXPECT_EQ(held(event), 30);
    EXPECT_EQ(waiting_at(event), 70);
    std::ranges::sort(positions);
    std::vector<std::int64_t> expected(70);
    std::iota(expected.begin(), expected.end(), 1);
    EXPECT_EQ(positions, expected);
    // The line itself has no two at one place, and it says what everybody was told.
    for (std::size_t i = 0; i < people.size(); ++i)
        if (results[i].waitlisted()) {
            EXPECT_EQ(join(people[i], event).position, results[i].position);
        }
}

TEST_P(Registration, REG3_case2_double_click_gives_one_row_and_both_succeed) {
    const EventId event = meetup({.seats = 1});
    const UserId anna = member();
    std::atomic<int> changed{0};
    in_parallel(8, [&](int) {
        const RegistrationResult result = join(anna, event);
        EXPECT_EQ(result.refusal, std::nullopt);
        EXPECT_EQ(result.status, Status::confirmed);
        changed += result.changed ? 1 : 0;
    });
    EXPECT_EQ(changed, 1);
    EXPECT_EQ(db.count(orm::select<EventRegistration>), 1);
    EXPECT_EQ(db.count(orm::select<orm::outbox::StoredJob>), 1) << "one mail";
}

TEST_P(Registration, REG3_case4_cancel_and_register_race_for_the_last_seat) {
    for (int round = 0; round < 5; ++round) {
        const EventId event = meetup({.seats = 1});
        const std::vector<UserId> people = members(3);
        join(people[0], event);
        in_parallel(3, [&](int i) {
            if (i == 0) {
                EXPECT_EQ(leave(people[0], event), Outcome::cancelled);
            } else {
                EXPECT_EQ(join(people[std::size_t(i)], event).refusal, std::nullopt);
            }
        });
        EXPECT_EQ(held(event), 1);
        EXPECT_EQ(waiting_at(event), 1);
    }
}

TEST_P(Registration, REG3_different_events_fill_independently) {
    const std::vector<EventId> events{meetup({.seats = 5}), meetup({.seats = 5}), meetup({.seats = 5})};
    const std::vector<UserId> people = members(20);
    in_parallel(20, [&](int i) {
        for (std::size_t e = 0; e < 3; ++e) join(people[std::size_t(i)], events[(e + std::size_t(i)) % 3]);
    });
    for (const EventId event : events) {
        EXPECT_EQ(held(event), 5);
        EXPECT_EQ(waiting_at(event), 15);
    }
}

TEST_P(Registration, REG3_registering_takes_few_statements_while_it_holds_the_lock) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(2);
    // the person's row; lock, person, seats, insert, mail
    orm::expect_queries(6, [&] { join(people[0], event); });
    orm::expect_queries(6, [&] { join(people[1], event); });
}

// EVT-4 and case 3: the deadline --------------------------------------------------------------------------------------

TEST_P(Registration, EVT4_case3_the_deadline_itself_is_too_late) {
    const EventId event = meetup({.deadline = "2026-06-11 22:00:00"});
    const orm::Timestamp deadline = orm::parse_timestamp("2026-06-11 22:00:00");
    const std::vector<UserId> people = members(3);
    EXPECT_EQ(register_for_event(db, people[0], event, {}, deadline - 1us).refusal, std::nullopt);
    EXPECT_EQ(register_for_event(db, people[1], event, {}, deadline).refusal, Refusal::closed);
    EXPECT_EQ(register_for_event(db, people[2], event, {}, deadline + 1us).refusal, Refusal::closed);
}

TEST_P(Registration, EVT4_cancelled_events_take_no_registrations) {
    EXPECT_EQ(refusal(member(), meetup({.cancelled = true})), Refusal::closed);
}

TEST_P(Registration, REG2_case3_a_deadline_moved_by_staff_while_waiting_for_the_lock_counts) {
    const EventId event = meetup();
    const UserId anna = member();
    std::optional<Refusal> answer;
    std::jthread waiting_request;
    db.atomic([&](orm::Transaction& tx) {
        tx.first(orm::select<MeetupEvent> | with_id(event) | orm::for_update);
        waiting_request = std::jthread([&] { answer = join(anna, event).refusal; });
        // On SQLite the request waits for its turn to write, whenever it comes. PostgreSQL says itself that the request
        // waits for this row.
        while (postgres() &&
               db.raw<std::int64_t>("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
                                    "WHERE NOT l.granted AND a.query LIKE '%crush_lu_meetupevent%' AND a.query LIKE "
                                    "'%FOR NO KEY UPDATE%'")
                       .front() == 0)
            std::this_thread::yield();
        tx.update(orm::select<MeetupEvent> | with_id(event), orm::set<& MeetupEvent::registration_deadline> = now - 1h);
    });
    waiting_request.join();
    EXPECT_EQ(answer, Refusal::closed);
}

// REG-4: the line -----------------------------------------------------------------------------------------------------

TEST_P(Registration, REG4_the_line_is_ordered_by_time_then_key) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(4);
    for (const UserId user : people) join(user, event);
    change_registration<&EventRegistration::queued_at>(people[3], event, now - 1h);
    change_registration<&EventRegistration::queued_at>(people[1], event, now);
    change_registration<&EventRegistration::queued_at>(people[2], event, now);
    EXPECT_EQ(join(people[3], event).position, 1);
    EXPECT_EQ(join(people[1], event).position, 2);
    EXPECT_EQ(join(people[2], event).position, 3);
}

// PROF-2, case 10: age at the event's local date ----------------------------------------------------------------------

TEST_P(Registration, REG1_case10_age_counts_on_the_local_date_of_the_event) {
    // 23:30 in Luxembourg on the 11th is 21:30 UTC; half an hour after local midnight UTC still has the 11th.
    const auto adult_on = [&](const std::string& date, const std::string& born) {
        return refusal(member("Anna", born), meetup({.date = date, .deadline = "2026-06-10 12:00:00"})) == std::nullopt;
    };
    EXPECT_TRUE(adult_on("2026-06-12 17:30:00", "2008-06-12")) << "on the birthday itself";
    EXPECT_FALSE(adult_on("2026-06-12 17:30:00", "2008-06-13"));
    EXPECT_TRUE(adult_on("2026-06-11 22:30:00", "2008-06-12")) << "00:30 on the 12th in Luxembourg";
    EXPECT_FALSE(adult_on("2026-06-11 21:30:00", "2008-06-12")) << "23:30 on the 11th in Luxembourg";
}

TEST_P(Registration, REG1_case10_born_on_29_february) {
    const auto adult_on = [&](const std::string& date) {
        const EventId event = meetup({.date = date, .deadline = "2026-01-01 00:00:00"});
        return register_for_event(db, member("Anna", "2008-02-29"), event, {},
                                  orm::parse_timestamp("2025-12-01 00:00:00"))
                   .refusal == std::nullopt;
    };
    EXPECT_FALSE(adult_on("2026-02-28 18:00:00"));
    EXPECT_TRUE(adult_on("2026-03-01 18:00:00"));
}

TEST_P(Registration, REG1_the_oldest_age_is_included) {
    const EventId event = meetup({.max_age = 30});
    EXPECT_EQ(refusal(member("Old", "1995-06-13"), event), std::nullopt) << "31 on the day after";
    EXPECT_EQ(refusal(member("Older", "1995-06-12"), event), Refusal::too_old);
}

// Case 11: things that change between the form and the POST -----------------------------------------------------------

TEST_P(Registration, REG2_case11_approval_withdrawn_or_event_unpublished_after_the_form) {
    const EventId event = meetup();
    const UserId anna = member();
    ASSERT_EQ(find_person(db, anna, event)->why_not(db.get(event)), std::nullopt);  // what the form's page asked
    change<&CrushProfile::is_approved>(anna, false);
    EXPECT_EQ(refusal(anna, event), Refusal::not_approved);
    change<&CrushProfile::is_approved>(anna, true);
    change<&MeetupEvent::is_published>(event, false);
    EXPECT_EQ(refusal(anna, event), Refusal::not_found);
    EXPECT_EQ(db.count(orm::select<EventRegistration>), 0);
}

}  // namespace
}  // namespace crush_lu
