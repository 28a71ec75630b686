// What cannot be deleted because others rely on it: DEL-2.
#include "crush_lu/removal.hpp"

#include <atomic>

#include "fixture.hpp"

namespace crush_lu {

void PrintTo(RemoveOutcome outcome, std::ostream* out) {
    *out << orm::to_string(outcome);
}

namespace {

using orm::f;

class Removal : public CrushTest {};
ON_EACH_DATABASE(Removal);

TEST_P(Removal, DEL2_an_event_that_somebody_counts_on_is_cancelled_and_not_deleted) {
    const EventId empty = meetup(), used = meetup();
    const UserId anna = member("Anna");
    join(anna, used);
    leave(anna, used);
    EXPECT_EQ(remove_event(db, used), RemoveOutcome::in_use) << "what was cancelled is somebody's history, too";
    EXPECT_EQ(remove_event(db, empty), RemoveOutcome::removed);
    EXPECT_EQ(remove_event(db, empty), RemoveOutcome::not_found);
    for (int round = 0; round < 4; ++round) {
        const EventId event = meetup();
        std::atomic<int> removed{0}, joined{0};
        in_parallel(4, [&](int i) {
            if (i == 0)
                removed += remove_event(db, event) == RemoveOutcome::removed;
            else
                joined += !join(anna, event).refusal.has_value();
        });
        EXPECT_EQ(removed, joined == 0 ? 1 : 0);
        EXPECT_EQ(db.find(event).has_value(), joined > 0);
    }
}

TEST_P(Removal, DEL2_a_coach_or_a_journey_that_goes_leaves_no_reference_and_keeps_the_texts) {
    const UserId carla = coach("Carla"), anna = member("Anna");
    ProfileSubmission submission;
    submission.profile = db.get(orm::select<CrushProfile> | profile_of(anna)).id;
    submission.coach = db.get(orm::select<CrushCoach>).id;
    submission.status = ProfileSubmission::Status::approved;
    submission.feedback_to_user = "Welcome.";
    db.insert(submission);
    JourneyConfiguration journey;
    journey.name = "A way";
    db.insert(journey);
    SpecialUserExperience special;
    special.user = anna;
    special.journey = journey.id;
    db.insert(special);
    db.erase(orm::select<CrushCoach>);
    db.erase(orm::select<JourneyConfiguration>);
    EXPECT_EQ(db.get(submission.id).coach, std::nullopt);
    EXPECT_EQ(db.get(submission.id).feedback_to_user, "Welcome.");
    EXPECT_EQ(db.get(special.id).journey, std::nullopt);
    EXPECT_TRUE(db.find(carla).has_value());
}

}  // namespace
}  // namespace crush_lu
