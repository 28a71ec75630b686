// Answers, rewards and changed journeys at once: the awkward cases 29 to 32 with several browsers of one player, and
// the letter that a completed journey causes.
#include <atomic>

#include "journey_player.hpp"
#include "mails.hpp"

namespace crush_lu {
namespace {

using enum AnswerOutcome;
using orm::f;

class JourneyRaces : public JourneyPlayer {
  protected:
    JourneyAnswer stored(orm::Id<JourneyChallenge> challenge) {
        return db.get(orm::select<JourneyAnswer> | orm::filter(f<&JourneyAnswer::challenge> == challenge));
    }
    PostOffice office{db};
};
ON_EACH_DATABASE(JourneyRaces);

TEST_P(JourneyRaces, JRN4_case29_spellings_of_one_answer_at_once_are_one_solution) {
    const auto summer = riddle(first, "Été"), street = riddle(first, "straße");
    const std::vector<std::string> summers{"Été", "e\u0301te\u0301", "ÉTÉ", "  ete ", "ｅ́té", "\u0130t\u00e9"};
    const std::vector<std::string> streets{"STRASSE",        "strasse",       "Straße ",
                                           "ＳＴＲＡＳＳＥ", "stra\u00dfe\n", "str\u0131sse"};
    std::atomic<int> solved{0}, again{0}, no{0};
    in_parallel(6, [&](int i) {
        const auto at = static_cast<std::size_t>(i);
        for (const AnswerResult& result : {answer(summer, summers[at]), answer(street, streets[at])}) {
            solved += result.outcome == right;
            again += result.outcome == already_completed;
            no += result.outcome == wrong;
        }
    });
    EXPECT_EQ(solved, 2);
    EXPECT_EQ(solved + again + no, 12);
    EXPECT_LE(no, 2) << "only the Turkish letters are others";
    for (const auto id : {summer, street}) {
        EXPECT_TRUE(stored(id).is_correct);
        EXPECT_TRUE(stored(id).completed_at.has_value());
    }
}

TEST_P(JourneyRaces, JRN5_case30_lists_that_are_none_store_nothing_beside_the_right_one) {
    JourneyChallenge row;
    row.chapter = first;
    row.challenge_type = JourneyChallenge::ChallengeType::timeline_sort;
    row.correct_answer = "2,0,1";
    db.insert(row);
    const std::vector<std::string> none{"0,1,1", "0,1,2,3", "a,b", "", "2,0,", "2 0 1"};
    std::atomic<int> solved{0};
    in_parallel(6, [&](int i) {
        for (const std::string& text : {none[static_cast<std::size_t>(i)], std::string(" 2 , 0 ,1")}) {
            const auto outcome = answer(row.id, text).outcome;
            solved += outcome == right;
            EXPECT_TRUE(outcome == right || outcome == already_completed || outcome == invalid);
        }
    });
    EXPECT_EQ(solved, 1);
    EXPECT_EQ(stored(row.id).attempts, 1) << "what is no answer was not recorded";
    EXPECT_EQ(stored(row.id).answer, " 2 , 0 ,1");
}

TEST_P(JourneyRaces, JRN2_case31_a_challenge_that_is_deleted_while_it_is_answered_leaves_no_orphan) {
    for (int round = 0; round < 5; ++round) {
        const auto doomed = riddle(first, "bridge");
        std::atomic<int> counted{0};
        in_parallel(5, [&](int i) {
            if (i == 0) {
                db.atomic([&](orm::Transaction& tx) {  // the row first: nobody answers it any more
                    const auto one = orm::select<JourneyChallenge> | orm::filter(f<&JourneyChallenge::id> == doomed);
                    tx.first(one | orm::for_update);
                    tx.erase(one);
                });
                return;
            }
            const auto outcome = answer(doomed, "bridge").outcome;
            counted += outcome == right;
            EXPECT_TRUE(outcome == right || outcome == already_completed || outcome == not_found);
        });
        EXPECT_LE(counted, 1);
        EXPECT_EQ(db.count(orm::select<JourneyAnswer>), 0);
        EXPECT_EQ(db.count(orm::select<JourneyChapterCompletion>), 0);
    }
}

TEST_P(JourneyRaces, JRN6_case32_rewards_a_new_chapter_and_the_switch_while_the_last_answer_is_given) {
    answer(bridge, "bridge");
    in_parallel(6, [&](int i) {
        switch (i) {
            case 0:
                answer(lantern, "lantern");
                break;
            case 1:
                chapter(3);
                break;
            case 2:
                db.update(orm::select<JourneyConfiguration> | orm::filter(f<&JourneyConfiguration::id> == journey),
                          orm::set<& JourneyConfiguration::is_active> = false);
                break;
            default:
                see(poem);
        }
    });
    db.update(orm::select<JourneyConfiguration>, orm::set<& JourneyConfiguration::is_active> = true);
    const bool in_time = db.exists(orm::select<JourneyChapterCompletion>);
    EXPECT_EQ(db.count(orm::select<JourneyUnlock>), in_time ? 1 : 0) << "unlocked with the chapter, once";
    EXPECT_EQ(see(poem), in_time ? RewardResult::Outcome::unlocked : RewardResult::Outcome::locked);
    EXPECT_EQ(answer(lantern, "lantern").outcome, in_time ? already_completed : right);
    EXPECT_EQ(answer(river, "river").outcome, locked) << "the chapter between is not completed";
    EXPECT_EQ(open_chapter(db, anna, 3, now), ChapterOutcome::open);
    EXPECT_TRUE(answer(river, "river").journey_completed);
}

TEST_P(JourneyRaces, JRN3_case31_the_end_of_a_journey_is_told_to_the_team_once) {
    for (const auto& [challenge, text] : {std::pair{bridge, "bridge"}, std::pair{lantern, "lantern"}})
        answer(challenge, text);
    std::atomic<int> finished{0};
    in_parallel(8, [&](int) { finished += answer(river, "river").journey_completed; });
    EXPECT_EQ(finished, 1);
    riddle(first, "added later");
    open_journey(db, anna, now);
    const auto mails = office.deliver(orm::parse_timestamp("2037-01-01 12:00:00"));
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(mails[0].to, "team@crush.lu");
    EXPECT_EQ(mails[0].subject, "Anna has completed a journey");
    EXPECT_THAT(mails[0].text, testing::HasSubstr("“A way”"));
    EXPECT_THAT(mails[0].raw, testing::Not(testing::HasSubstr("Weber")));  // PROF-4
    office.expect_translated("journey_completed", {.about = db.get(orm::select<JourneyProgress>).id.value});
}

}  // namespace
}  // namespace crush_lu
