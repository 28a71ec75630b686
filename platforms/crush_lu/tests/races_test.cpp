// What several people do at once, where no other test asks: the awkward cases 8, 20 and 21 of the domain's list.
#include <atomic>

#include "crush_lu/profiles.hpp"
#include "crush_lu/reviews.hpp"
#include "fixture.hpp"

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
    in_parallel(8, [&](int i) {
        if (i == 0) deactivate_coach(db, coach_row(leaving), now);
        if (i == 1)
            for (const S& s : db.all(orm::select<S> | orm::order_by<&S::id>))
                decide(db, {leaving}, s.id, Decision::approve, {}, now);
        if (i >= 2) submit_profile(db, people[static_cast<std::size_t>(4 + i)], good, now);
    });
    // A submission that chose the leaving coach in the last moment is given out with the next one that makes room.
    assign_waiting(db, now);
    EXPECT_EQ(pending_of(leaving), 0);
    EXPECT_EQ(db.count(orm::select<S> | orm::filter(f<&S::coach> == std::nullopt && pending_review)), 0);
    EXPECT_EQ(db.count(orm::select<S>), 12);
    EXPECT_LE(pending_of(staying), 20);
}

TEST_P(Races, REV2_case21_resubmitting_twice_at_once_is_one_submission) {
    const UserId claire = coach("Claire"), anna = account("Anna");
    submit_profile(db, anna, good, now);
    const S first = db.get(orm::select<S>);
    ASSERT_EQ(decide(db, {claire}, first.id, Decision::revise, {.feedback_to_user = "A photo, please."}, now),
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
