// What several people do at once, where no other test asks: the awkward cases 5, 6, 8, 9, 20 and 21 of the domain's
// list.
#include <atomic>
#include <set>

#include "crush_lu/profiles.hpp"
#include "crush_lu/reviews.hpp"
#include "fixture.hpp"
#include "orm/outbox.hpp"

namespace crush_lu {
namespace {

using S = ProfileSubmission;
using orm::f;

class Races : public CrushTest {
  protected:
    const ProfileForm good{.date_of_birth = "1995-05-01",
                           .gender = "female",
                           .phone = "+352 621 123 456",
                           .location = "Esch-sur-Alzette",
                           .looking_for = "both"};
    orm::Id<CrushCoach> coach_row(UserId user) {
        return db.get(orm::select<CrushCoach> | orm::filter(f<&CrushCoach::user> == user)).id;
    }
    std::int64_t pending_of(UserId coach_user) {
        return db.count(orm::select<S> | orm::filter(f<&S::coach> == coach_row(coach_user) && pending_review));
    }
};
ON_EACH_DATABASE(Races);

TEST_P(Races, REG7_case5_coming_back_while_others_come_and_go_is_the_end_of_the_line) {
    const EventId event = meetup({.seats = 2, .fee = "10"});
    const std::vector<UserId> people = members(10);
    for (int i = 0; i < 6; ++i) join(people[static_cast<std::size_t>(i)], event);
    change_registration<&EventRegistration::payment_confirmed>(people[0], event, true);
    in_parallel(6, [&](int i) {
        const auto at = static_cast<std::size_t>(i);
        if (i < 2) {  // both who have a seat, and paid or not, give it up and ask again
            leave(people[at], event);
            join(people[at], event);
        } else {
            join(people[4 + at], event);
        }
    });
    EXPECT_EQ(held(event), 2);
    EXPECT_EQ(waiting_at(event), 8);
    for (const std::size_t one : {2, 3}) EXPECT_EQ(status(people[one], event), Status::pending) << "first in line";
    std::set<orm::Timestamp> moments;
    for (const std::size_t one : {0, 1}) {
        const EventRegistration row = registration(people[one], event);
        EXPECT_EQ(row.status, Status::waitlist);
        EXPECT_FALSE(row.payment_confirmed);
        EXPECT_GT(row.queued_at, registration(people[5], event).queued_at) << "behind who waited all the time";
    }
    for (const UserId one : people) moments.insert(registration(one, event).queued_at);
    EXPECT_EQ(moments.size(), 10U) << "every place in the line is one person's";
    EXPECT_EQ(db.count(orm::select<EventRegistration>), 10) << "coming back uses the row again";
}

TEST_P(Races, REG6_case6_whoever_loses_the_approval_while_seats_become_free_keeps_nobody_waiting) {
    for (int round = 0; round < 4; ++round) {
        const EventId event = meetup({.seats = 2});
        const std::vector<UserId> people = members(6);
        for (const UserId one : people) join(one, event);
        change<&CrushProfile::is_active>(people[2], false);  // the head of the line, long ago
        in_parallel(3, [&](int i) {
            if (i < 2)
                leave(people[static_cast<std::size_t>(i)], event);
            else
                change<&CrushProfile::is_approved>(people[3], false);  // the next one, just now
        });
        EXPECT_EQ(held(event), 2);
        EXPECT_EQ(status(people[2], event), Status::waitlist);
        EXPECT_EQ(status(people[4], event), Status::confirmed);
        const bool early = status(people[3], event) == Status::confirmed;
        EXPECT_EQ(status(people[5], event), early ? Status::waitlist : Status::confirmed);
    }
}

TEST_P(Races, REG6_case9_nobody_moves_up_once_the_event_is_called_off) {
    using Job = orm::outbox::StoredJob;
    for (int round = 0; round < 4; ++round) {
        const EventId event = meetup({.seats = 2});
        const std::vector<UserId> people = members(5);
        for (const UserId one : people) join(one, event);
        db.erase(orm::select<Job>);
        in_parallel(4, [&](int i) {
            if (i == 0) cancel_event(db, event);
            if (i == 1) change<&MeetupEvent::description>(event, "Saved again, and nothing else.");
            if (i >= 2) leave(people[static_cast<std::size_t>(i - 2)], event);
        });
        // Jobs are written under the event's lock, so their order is that of what happened.
        bool called_off = false;
        std::int64_t promoted = 0;
        for (const Job& job : db.all(orm::select<Job> | orm::order_by<&Job::id>)) {
            if (job.key.starts_with("crush_lu.event_cancelled:")) called_off = true;
            if (!job.key.starts_with("crush_lu.promoted:")) continue;
            ++promoted;
            EXPECT_FALSE(called_off) << "moved up at an event that does not take place";
        }
        EXPECT_TRUE(called_off);
        EXPECT_EQ(held(event), promoted);
        EXPECT_EQ(waiting_at(event), 3 - promoted);
    }
}

TEST_P(Races, REG5_case9_cancelling_at_the_very_start_either_counts_and_promotes_or_does_neither) {
    const EventId event = meetup({.seats = 1});
    const std::vector<UserId> people = members(2);
    for (const UserId one : people) join(one, event);
    const orm::Timestamp start = db.get(event).event_date;
    std::atomic<int> cancelled{0}, started{0};
    in_parallel(6, [&](int i) {
        const auto outcome = cancel_registration(db, people[0], event, i % 2 ? start : start - 1us).outcome;
        if (outcome == CancelResult::Outcome::cancelled) ++cancelled;
        if (outcome == CancelResult::Outcome::started) ++started;
    });
    EXPECT_EQ(cancelled, 1);
    EXPECT_LE(started, 3);
    EXPECT_EQ(status(people[1], event), Status::confirmed);
    EXPECT_EQ(cancel_registration(db, people[1], event, start).outcome, CancelResult::Outcome::started);
    EXPECT_EQ(held(event), 1);
}

TEST_P(Races, EVT5_case8_capacity_raised_while_people_register_and_cancel) {
    const EventId event = meetup({.seats = 3});
    const std::vector<UserId> people = members(16);
    for (int i = 0; i < 8; ++i) join(people[static_cast<std::size_t>(i)], event);
    in_parallel(8, [&](int i) {
        const auto at = static_cast<std::size_t>(i);
        if (i % 4 == 0) set_capacity(db, event, 6, now);
        if (i % 4 == 1) leave(people[at], event);
        join(people[8 + at], event);
    });
    EXPECT_EQ(db.get(event).max_participants, 6);
    EXPECT_EQ(held(event), 6) << "no seat over capacity, none free while somebody waits";
    EXPECT_EQ(waiting_at(event), 8);
}

TEST_P(Races, REV8_case20_a_coach_leaves_while_submissions_and_decisions_arrive) {
    const UserId leaving = coach("Claire", 4), staying = coach("Otto", 20);
    std::vector<UserId> people;
    for (int i = 0; i < 12; ++i) people.push_back(account("Member"));
    for (int i = 0; i < 6; ++i) submit_profile(db, people[static_cast<std::size_t>(i)], good, now);
    std::vector<std::pair<orm::Id<S>, DecideOutcome>> outcomes;
    const orm::Id<CrushCoach> row = coach_row(leaving);
    in_parallel(8, [&](int i) {
        if (i == 0) deactivate_coach(db, row, now);
        if (i == 1)
            for (const S& s : db.all(orm::select<S> | orm::order_by<&S::id>))
                outcomes.emplace_back(s.id, decide(db, {leaving}, s.id, Decision::approve, {}, {}, now));
        if (i >= 2) submit_profile(db, people[static_cast<std::size_t>(4 + i)], good, now);
    });
    for (const auto& [id, outcome] : outcomes) {
        const S after = db.get(id);
        if (outcome == DecideOutcome::decided) {
            EXPECT_EQ(after.status, S::Status::approved);
            EXPECT_EQ(after.coach->id, row) << "decided by somebody to whom it was no longer assigned";
        } else {
            EXPECT_EQ(outcome, DecideOutcome::not_assigned);
            EXPECT_EQ(after.status, S::Status::pending);
        }
    }
    EXPECT_EQ(pending_of(leaving), 0);
    EXPECT_EQ(db.count(orm::select<S> | orm::filter(f<&S::coach> == std::nullopt && pending_review)), 0);
    EXPECT_EQ(db.count(orm::select<S>), 12);
    EXPECT_LE(pending_of(staying), 20);
}

TEST_P(Races, REV4_case18_room_that_is_made_while_somebody_submits_is_found) {
    const UserId claire = coach("Claire", 1);
    std::vector<UserId> people;
    for (int i = 0; i < 13; ++i) people.push_back(account("Member"));
    submit_profile(db, people[0], good, now);
    for (std::size_t round = 1; round < people.size(); ++round) {
        const S open = db.get(orm::select<S> | orm::filter(pending_review));
        ASSERT_EQ(open.coach->id, coach_row(claire)) << "it waits while its coach has room";
        in_parallel(2, [&](int i) {
            if (i == 0) decide(db, {claire}, open.id, Decision::approve, {}, {}, now);
            if (i == 1) submit_profile(db, people[round], good, now);
        });
    }
    EXPECT_EQ(pending_of(claire), 1);
}

TEST_P(Races, REV4_a_look_that_was_lost_is_made_up_for_by_the_schedule) {
    const UserId claire = coach("Claire", 1), anna = account("Anna"), ben = account("Ben");
    submit_profile(db, anna, good, now);
    submit_profile(db, ben, good, now);
    // As if the process had died between the commit of the decision and the look after it.
    db.update(orm::select<S> | orm::filter(f<&S::coach> == coach_row(claire)),
              orm::set<& S::status> = S::Status::approved);
    ASSERT_EQ(pending_of(claire), 0);
    orm::Worker worker(db);
    schedule_assignments(worker);
    worker.run_due();
    EXPECT_EQ(pending_of(claire), 1);
}

TEST_P(Races, REV2_case21_resubmitting_twice_at_once_is_one_submission) {
    const UserId claire = coach("Claire"), anna = account("Anna");
    submit_profile(db, anna, good, now);
    const S first = db.get(orm::select<S>);
    ASSERT_EQ(decide(db, {claire}, first.id, Decision::revise, {.feedback_to_user = "A photo, please."}, {}, now),
              DecideOutcome::decided);
    std::atomic<int> submitted{0}, pending{0};
    in_parallel(6, [&](int) {
        const auto outcome = submit_profile(db, anna, good, now + 1h).outcome;
        if (outcome == SubmitResult::Outcome::submitted) ++submitted;
        if (outcome == SubmitResult::Outcome::already_pending) ++pending;
    });
    EXPECT_EQ(submitted, 1);
    EXPECT_EQ(pending, 5);
    EXPECT_EQ(db.count(orm::select<S>), 2);
    EXPECT_EQ(pending_of(claire), 1);
}

}  // namespace
}  // namespace crush_lu
