/// A journey of two chapters, the second one with a gap before its number, and Anna who plays it.
///
///     EXPECT_EQ(answer(bridge, "bridge").outcome, AnswerOutcome::right);
#pragma once

#include "crush_lu/journeys.hpp"
#include "fixture.hpp"

namespace crush_lu {

/// Readable failures.
void PrintTo(AnswerOutcome outcome, std::ostream* out);
void PrintTo(ChapterOutcome outcome, std::ostream* out);

class JourneyPlayer : public CrushTest {
  protected:
    using ChallengeId = orm::Id<JourneyChallenge>;
    JourneyPlayer() {
        journey = another_journey();
        first = chapter(1);
        second = chapter(5);  // numbers may have gaps
        bridge = riddle(first, "bridge");
        lantern = riddle(first, "lantern");
        river = riddle(second, "river");
        poem = reward(first);
        anna = player("Anna");
    }
    orm::Id<JourneyConfiguration> another_journey() {
        JourneyConfiguration row;
        row.name = "A way";
        db.insert(row);
        return row.id;
    }
    orm::Id<JourneyChapter> chapter(int number) { return chapter(number, journey); }
    orm::Id<JourneyChapter> chapter(int number, orm::Id<JourneyConfiguration> of) {
        JourneyChapter row;
        row.journey = of;
        row.chapter_number = number;
        db.insert(row);
        return row.id;
    }
    ChallengeId riddle(orm::Id<JourneyChapter> in, const std::string& answer) {
        JourneyChallenge row;
        row.chapter = in;
        row.challenge_type = JourneyChallenge::ChallengeType::riddle;
        row.correct_answer = answer;
        db.insert(row);
        return row.id;
    }
    orm::Id<JourneyReward> reward(orm::Id<JourneyChapter> in) {
        JourneyReward row;
        row.chapter = in;
        row.title = "A Poem";
        db.insert(row);
        return row.id;
    }
    UserId player(const std::string& name) {
        const UserId user = account(name);
        SpecialUserExperience special;
        special.user = user;
        special.journey = journey;
        db.insert(special);
        return user;
    }
    AnswerResult answer(ChallengeId challenge, const std::string& text) {
        return submit_answer(db, anna, challenge, text, now);
    }
    JourneyProgress progress() { return open_journey(db, anna)->progress; }
    RewardResult::Outcome see(orm::Id<JourneyReward> id) { return open_reward(db, anna, id, now).outcome; }

    orm::Id<JourneyConfiguration> journey;
    orm::Id<JourneyChapter> first, second;
    ChallengeId bridge, lantern, river;
    orm::Id<JourneyReward> poem;
    UserId anna;
};

}  // namespace crush_lu
