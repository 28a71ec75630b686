// Submitting and reviewing profiles: PROF and REV rules, cases 18 to 21.
#include "crush_lu/profiles.hpp"

#include <atomic>

#include "crush_lu/reviews.hpp"
#include "fixture.hpp"

namespace crush_lu {
namespace {

using orm::f;
using testing::ElementsAre;
using testing::UnorderedElementsAre;
using S = ProfileSubmission;
using Outcome = SubmitResult::Outcome;

class Profiles : public CrushTest {
  protected:
    const ProfileForm good{.date_of_birth = "1995-05-01",
                           .gender = "female",
                           .phone = "+352 621 123 456",
                           .location = "Esch-sur-Alzette",
                           .looking_for = "both",
                           .bio = "Hikes, and cooks badly.",
                           .interests = "Hiking, jazz"};
    SubmitResult submit(UserId user) { return submit_profile(db, user, good, now); }
    S latest(UserId user) { return *own_profile(db, user).submission; }
    orm::Id<CrushCoach> coach_row(UserId user) {
        return db.get(orm::select<CrushCoach> | orm::filter(f<&CrushCoach::user> == user)).id;
    }
    std::int64_t pending_of(UserId coach_user) {
        return db.count(orm::select<S> | orm::filter(f<&S::coach> == coach_row(coach_user) && pending_review));
    }
    void script(const std::string& text) {
        db.with_connection(true, std::source_location::current(),
                           [&](orm::Connection& connection) { connection.script(text); });
    }
    /// From now on the database lets nobody give a submission to a coach.
    void refuse_assignments() {
        if (postgres())
            script(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'not now'; END $$;"
                "CREATE TRIGGER refuse BEFORE UPDATE OF coach_id ON crush_lu_profilesubmission "
                "FOR EACH ROW EXECUTE FUNCTION refuse()");
        else
            script(
                "CREATE TRIGGER refuse BEFORE UPDATE OF coach_id ON crush_lu_profilesubmission "
                "BEGIN SELECT RAISE(ABORT, 'not now'); END");
    }
    DecideOutcome decided(UserId coach_user, S submission, Decision decision, const std::string& feedback = "") {
        return decide(db, {coach_user}, submission.id, decision, {.feedback_to_user = feedback}, {}, now);
    }
};
ON_EACH_DATABASE(Profiles);

TEST_P(Profiles, REV1_submitting_saves_the_profile_and_creates_a_pending_submission) {
    const UserId anna = account("Anna"), carla = coach("Carla");
    const SubmitResult result = submit(anna);
    EXPECT_EQ(result.outcome, Outcome::submitted);
    EXPECT_TRUE(result.assigned);
    const OwnProfile own = own_profile(db, anna);
    EXPECT_EQ(own.state, ProfileState::pending);
    EXPECT_EQ(own.profile->completion_status, CrushProfile::Completion::submitted);
    EXPECT_EQ(own.profile->bio, good.bio);
    EXPECT_THAT(own.profile->interests, ElementsAre("hiking", "jazz"));
    EXPECT_FALSE(own.profile->is_approved);
    EXPECT_EQ(own.submission->coach->id, coach_row(carla));
}

TEST_P(Profiles, REV1_a_double_submit_keeps_the_first_one) {
    const UserId anna = account("Anna");
    std::atomic<int> submitted{0};
    in_parallel(6, [&](int) { submitted += submit(anna).outcome == Outcome::submitted ? 1 : 0; });
    EXPECT_EQ(submitted, 1);
    EXPECT_EQ(db.count(orm::select<S>), 1);
    EXPECT_EQ(submit(anna).outcome, Outcome::already_pending);
    S second;
    second.profile = own_profile(db, anna).profile->id;
    EXPECT_THROW(db.insert(second), orm::UniqueViolation) << "the database itself refuses a second pending one";
}

TEST_P(Profiles, PROF2_age_is_checked_when_a_birth_date_is_written) {
    const UserId anna = account("Anna");
    for (const char* born : {"2008-06-02", "2020-01-01", "1926-01-01", "", "yesterday", "1995-13-01", "0000-00-00",
                             "1995-05-01'; DROP TABLE x; --"}) {
        ProfileForm form = good;
        form.date_of_birth = born;
        const SubmitResult result = submit_profile(db, anna, form, now);
        EXPECT_EQ(result.outcome, Outcome::invalid) << born;
        EXPECT_TRUE(result.errors.has("date_of_birth")) << born;
    }
    EXPECT_EQ(own_profile(db, anna).state, ProfileState::none);
    ProfileForm form = good;
    form.date_of_birth = "2008-06-01";  // 18 today
    EXPECT_EQ(submit_profile(db, anna, form, now).outcome, Outcome::submitted);
}

TEST_P(Profiles, PROF1_names_every_field_that_is_wrong) {
    ProfileForm form;
    form.bio = std::string(501, 'x');
    form.interests = std::string("nul\0", 4);
    form.gender = "<script>";
    std::vector<std::string> fields;
    for (const auto& [field, message] : submit_profile(db, account("Anna"), form, now).errors) fields.push_back(field);
    EXPECT_THAT(fields, UnorderedElementsAre("date_of_birth", "gender", "phone", "location", "looking_for", "bio",
                                             "interests"));
}

TEST_P(Profiles, PROF5_an_active_coach_has_no_profile_an_inactive_one_may) {
    const UserId carla = coach("Carla");
    EXPECT_EQ(submit(carla).outcome, Outcome::coach);
    EXPECT_TRUE(deactivate_coach(db, coach_row(carla), now));
    EXPECT_EQ(submit(carla).outcome, Outcome::submitted);
}

TEST_P(Profiles, REV3_goes_to_the_least_busy_coach_then_the_longest_idle_then_the_key) {
    const UserId first = coach("First"), second = coach("Second");
    const auto coach_of = [&](UserId user) { return latest(user).coach->id; };
    std::vector<UserId> people;
    for (int i = 0; i < 5; ++i) {
        people.push_back(account("Member"));
        submit_profile(db, people.back(), good, now + std::chrono::minutes(i));
    }
    EXPECT_EQ(coach_of(people[0]), coach_row(first)) << "same load, never assigned: the smaller key";
    EXPECT_EQ(coach_of(people[1]), coach_row(second)) << "fewer pending";
    EXPECT_EQ(coach_of(people[2]), coach_row(first)) << "same load: longer without a new one";
    EXPECT_EQ(coach_of(people[3]), coach_row(second));
    decided(second, latest(people[1]), Decision::approve);
    EXPECT_EQ(pending_of(second), 1) << "only pending counts";
    EXPECT_EQ(coach_of(people[4]), coach_row(first));
}

TEST_P(Profiles, REV3_case18_the_limit_holds_for_submissions_at_once) {
    const UserId carla = coach("Carla", 3), dora = coach("Dora", 2);
    const UserId inactive = coach("Emma", 10);
    deactivate_coach(db, coach_row(inactive), now);
    std::vector<UserId> people;
    for (int i = 0; i < 12; ++i) people.push_back(account("Member"));
    in_parallel(12, [&](int i) { EXPECT_EQ(submit(people[std::size_t(i)]).outcome, Outcome::submitted); });
    EXPECT_EQ(pending_of(carla), 3);
    EXPECT_EQ(pending_of(dora), 2);
    EXPECT_EQ(db.count(orm::select<S> | orm::filter(f<&S::coach> == std::nullopt)), 7);
}

TEST_P(Profiles, REV4_case18_a_decision_makes_room_for_the_oldest_waiting) {
    const UserId carla = coach("Carla", 1);
    const std::vector<UserId> people{account("A"), account("B"), account("C")};
    for (std::size_t i = 0; i < 3; ++i) submit_profile(db, people[i], good, now + std::chrono::minutes(i));
    EXPECT_EQ(latest(people[1]).coach, std::nullopt);
    EXPECT_EQ(decided(carla, latest(people[0]), Decision::approve), DecideOutcome::decided);
    EXPECT_EQ(latest(people[1]).coach->id, coach_row(carla));
    EXPECT_EQ(latest(people[2]).coach, std::nullopt);
    db.update(orm::select<CrushCoach>, orm::set<& CrushCoach::max_active_reviews> = 5);
    EXPECT_EQ(assign_waiting(db, now), 1U);
    EXPECT_EQ(pending_of(carla), 2);
}

TEST_P(Profiles, REV2_a_resubmission_is_a_new_one_for_the_same_coach) {
    const UserId busy = coach("Busy"), idle = coach("Idle");
    const UserId anna = account("Anna");
    submit(anna);
    const S first = latest(anna);
    EXPECT_EQ(first.coach->id, coach_row(busy));
    submit(account("B"));  // to the idle one
    submit(account("C"));  // to the busy one, who would not be the next by load
    EXPECT_EQ(decided(busy, first, Decision::revise, "More about yourself, please."), DecideOutcome::decided);
    EXPECT_EQ(own_profile(db, anna).state, ProfileState::revision);
    EXPECT_EQ(submit_profile(db, anna, good, now + 1h).outcome, Outcome::submitted);
    const S second = latest(anna);
    EXPECT_NE(second.id, first.id);
    EXPECT_EQ(second.coach->id, coach_row(busy));
    EXPECT_EQ(db.get(first.id).status, S::Status::revision);
    (void)idle;
}

TEST_P(Profiles, REV5_case20_only_the_assigned_active_coach_or_staff_decides) {
    const UserId carla = coach("Carla"), anna = account("Anna");
    submit(anna);
    const UserId other = coach("Other"), staff = account("Staff");
    const S submission = latest(anna);
    EXPECT_EQ(decided(other, submission, Decision::approve), DecideOutcome::not_assigned);
    EXPECT_EQ(decided(anna, submission, Decision::approve), DecideOutcome::not_assigned);
    EXPECT_EQ(decide(db, {carla}, orm::Id<S>(999), Decision::approve, {}, {}, now), DecideOutcome::not_found);
    EXPECT_EQ(decided(carla, submission, Decision::reject, "  "), DecideOutcome::feedback_required);
    EXPECT_EQ(decided(carla, submission, Decision::revise), DecideOutcome::feedback_required);
    EXPECT_EQ(own_profile(db, anna).state, ProfileState::pending);
    db.update(orm::select<CrushCoach> | orm::filter(f<&CrushCoach::user> == carla),
              orm::set<& CrushCoach::is_active> = false);
    EXPECT_EQ(decided(carla, submission, Decision::approve), DecideOutcome::not_assigned);
    EXPECT_EQ(decide(db, {staff, true}, submission.id, Decision::approve, {}, {}, now), DecideOutcome::decided);
    EXPECT_EQ(own_profile(db, anna).state, ProfileState::approved);
}

TEST_P(Profiles, REV5_nobody_reviews_what_is_their_own) {
    const UserId carla = coach("Carla"), anna = account("Anna"), ben = account("Ben");
    db.update(orm::select<CrushCoach>, orm::set<& CrushCoach::is_active> = false);
    submit(carla);  // a member while she is no coach
    submit(anna);
    db.update(orm::select<CrushCoach>, orm::set<& CrushCoach::is_active> = true);
    EXPECT_EQ(assign_waiting(db, now), 1U) << "her own waits, and stands in nobody's way";
    EXPECT_EQ(latest(carla).coach, std::nullopt);
    EXPECT_EQ(latest(anna).coach->id, coach_row(carla));
    db.update(orm::select<S> | orm::filter(f<&S::id> == latest(carla).id),
              orm::set<& S::coach> = coach_row(carla));  // as older versions did
    EXPECT_EQ(decided(carla, latest(carla), Decision::approve), DecideOutcome::not_assigned);
    EXPECT_EQ(decide(db, {carla, true}, latest(carla).id, Decision::approve, {}, {}, now), DecideOutcome::not_assigned);
    EXPECT_EQ(decide(db, {ben, true}, latest(carla).id, Decision::approve, {}, {}, now), DecideOutcome::decided);
}

TEST_P(Profiles, REV5_a_decision_stands_though_the_look_after_it_fails) {
    const UserId carla = coach("Carla", 1), anna = account("Anna"), ben = account("Ben");
    submit(anna);
    submit(ben);
    const S submission = latest(anna);
    refuse_assignments();  // the error is the look's, not the decision's
    EXPECT_EQ(decided(carla, submission, Decision::approve), DecideOutcome::decided);
    EXPECT_EQ(db.get(submission.id).status, S::Status::approved);
    EXPECT_THROW(assign_waiting(db, now), orm::DatabaseError);
    EXPECT_EQ(latest(ben).coach, std::nullopt);
}

TEST_P(Profiles, REV1_a_submit_that_the_database_ends_for_a_deadlock_is_repeated) {
    if (!postgres()) GTEST_SKIP() << "SQLite has one writer at a time";
    const UserId anna = account("Anna");
    script(
        "CREATE SEQUENCE tries;"
        "CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF nextval('tries') <= 2 THEN RAISE EXCEPTION USING ERRCODE = '40P01'; END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER collide BEFORE INSERT ON crush_lu_profilesubmission FOR EACH ROW EXECUTE FUNCTION collide()");
    EXPECT_EQ(submit(anna).outcome, Outcome::submitted);
    EXPECT_EQ(db.count(orm::select<S>), 1);
}

TEST_P(Profiles, REV6_approval_and_rejection_change_submission_and_profile_together) {
    const UserId carla = coach("Carla"), anna = account("Anna"), ben = account("Ben");
    submit(anna);
    submit(ben);
    decide(db, {carla}, latest(anna).id, Decision::approve, {.coach_notes = "nice"}, {}, now);
    const OwnProfile own = own_profile(db, anna);
    EXPECT_TRUE(own.profile->is_approved);
    EXPECT_EQ(own.profile->approved_at, now);
    EXPECT_EQ(own.submission->reviewed_at, now);
    EXPECT_EQ(own.submission->coach_notes, "") << "REV5: never reaches the member";
    EXPECT_EQ(db.get(own.submission->id).coach_notes, "nice");
    EXPECT_EQ(submit(anna).outcome, Outcome::already_approved);

    decided(carla, latest(ben), Decision::reject, "Not a real person.");
    EXPECT_FALSE(own_profile(db, ben).profile->is_approved);
    EXPECT_EQ(submit(ben).outcome, Outcome::rejected) << "PROF6: no second try";
}

TEST_P(Profiles, REV7_a_site_may_ask_for_a_screening_call_before_approving) {
    const ReviewRules strict{.screening_call = true};
    const UserId carla = coach("Carla"), other = coach("Other"), staff = account("Staff");
    const UserId anna = account("Anna"), ben = account("Ben");
    db.update(orm::select<CrushCoach> | orm::filter(f<&CrushCoach::user> == other),
              orm::set<& CrushCoach::is_active> = false);
    submit(anna);
    const S first = latest(anna);
    EXPECT_FALSE(first.screening_call_completed);
    const auto approve = [&](UserId member) {
        return decide(db, {carla}, latest(member).id, Decision::approve, {}, strict, now);
    };
    const auto record = [&](const Reviewer& who, orm::Id<S> id, orm::Timestamp at) {
        return record_screening(db, who, id, "A kind voice.", at);
    };
    EXPECT_EQ(approve(anna), DecideOutcome::screening_required);
    EXPECT_EQ(own_profile(db, anna).state, ProfileState::pending);
    for (const Reviewer& who : {Reviewer{other}, Reviewer{anna}, Reviewer{anna, true}})
        EXPECT_EQ(record(who, first.id, now), ScreeningOutcome::not_assigned);
    EXPECT_EQ(record({carla}, orm::Id<S>(999), now), ScreeningOutcome::not_found);
    EXPECT_EQ(approve(anna), DecideOutcome::screening_required);

    EXPECT_EQ(record({staff, true}, first.id, now - 2h), ScreeningOutcome::recorded);
    EXPECT_EQ(record({carla}, first.id, now - 1h), ScreeningOutcome::recorded) << "they spoke once more";
    const S noted = db.get(first.id);
    EXPECT_TRUE(noted.screening_call_completed);
    EXPECT_EQ(noted.screening_call_date, now - 1h);
    EXPECT_EQ(noted.screening_notes, "A kind voice.");
    EXPECT_EQ(latest(anna).screening_notes, "") << "REV5: never reaches the member";
    EXPECT_EQ(decided(carla, first, Decision::revise, "A photo, please."), DecideOutcome::decided);
    EXPECT_EQ(record({carla}, first.id, now), ScreeningOutcome::already_decided);
    submit(anna);
    ASSERT_NE(latest(anna).id, first.id);
    EXPECT_EQ(approve(anna), DecideOutcome::decided) << "one call with the member is enough";
    EXPECT_EQ(approve(anna), DecideOutcome::already_decided);

    submit(ben);
    EXPECT_EQ(approve(ben), DecideOutcome::screening_required) << "Anna's call is not Ben's";
    EXPECT_EQ(decide(db, {staff, true}, latest(ben).id, Decision::approve, {}, strict, now),
              DecideOutcome::screening_required);
    EXPECT_EQ(decide(db, {carla}, latest(ben).id, Decision::reject, {.feedback_to_user = "No."}, strict, now),
              DecideOutcome::decided)
        << "only approving needs it";
    EXPECT_EQ(approve(ben), DecideOutcome::already_decided);
    EXPECT_FALSE(review_rules({}).screening_call) << "off unless the site says so";
}

TEST_P(Profiles, REV5_case19_two_decisions_at_once_first_wins) {
    const UserId carla = coach("Carla"), anna = account("Anna");
    submit(anna);
    const S submission = latest(anna);
    std::atomic<int> decisions{0};
    in_parallel(6, [&](int i) {
        const auto outcome = decided(carla, submission, i % 2 ? Decision::approve : Decision::reject, "because");
        decisions += outcome == DecideOutcome::decided ? 1 : 0;
        EXPECT_THAT(outcome, testing::AnyOf(DecideOutcome::decided, DecideOutcome::already_decided));
    });
    EXPECT_EQ(decisions, 1);
    const OwnProfile own = own_profile(db, anna);
    EXPECT_EQ(own.profile->is_approved, own.submission->status == S::Status::approved);
}

TEST_P(Profiles, REV8_case20_a_coach_who_leaves_hands_over_the_pending_ones) {
    const UserId carla = coach("Carla"), anna = account("Anna"), ben = account("Ben");
    submit(anna);
    decided(carla, latest(anna), Decision::approve);
    submit(ben);
    const UserId dora = coach("Dora");
    EXPECT_TRUE(deactivate_coach(db, coach_row(carla), now));
    EXPECT_EQ(latest(ben).coach->id, coach_row(dora));
    EXPECT_EQ(latest(anna).coach->id, coach_row(carla)) << "decided ones stay";
    db.erase(orm::select<CrushCoach> | orm::filter(f<&CrushCoach::user> == carla));
    EXPECT_EQ(latest(anna).coach, std::nullopt);
    EXPECT_FALSE(deactivate_coach(db, orm::Id<CrushCoach>(999), now));
}

TEST_P(Profiles, Aged_finds_people_by_age_in_the_database) {
    const UserId young = member("Young", "2008-06-01"), old = member("Old", "1990-06-02");
    member("Nobody", "");
    const auto found = [&](int min, int max) {
        std::vector<std::int64_t> keys;
        for (const CrushProfile& p :
             db.all(orm::select<CrushProfile> | approved_members | aged(min, max, orm::parse_date("2026-06-01"))))
            keys.push_back(p.user.id.value);
        return keys;
    };
    EXPECT_THAT(found(18, 18), ElementsAre(young.value));
    EXPECT_THAT(found(35, 35), ElementsAre(old.value));
    EXPECT_THAT(found(18, 99), UnorderedElementsAre(young.value, old.value));
    EXPECT_THAT(found(36, 99), testing::IsEmpty());
}

}  // namespace
}  // namespace crush_lu
