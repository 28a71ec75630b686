// Personal journeys: JRN-1 to JRN-6 by their numbers, and the awkward cases 31 and 32.
#include <atomic>

#include "journey_player.hpp"

namespace crush_lu {

void PrintTo(AnswerOutcome outcome, std::ostream* out) {
    *out << orm::to_string(outcome);
}
void PrintTo(ChapterOutcome outcome, std::ostream* out) {
    *out << orm::to_string(outcome);
}

namespace {

using enum AnswerOutcome;
using orm::f;

class Journeys : public JourneyPlayer {};
ON_EACH_DATABASE(Journeys);

TEST_P(Journeys, JRN1_one_progress_row_also_when_opened_in_parallel) {
    in_parallel(8, [&](int) { open_journey(db, anna); });
    EXPECT_EQ(db.count(orm::select<JourneyProgress>), 1);
    const auto map = open_journey(db, anna);
    ASSERT_EQ(map->chapters.size(), 2U);
    EXPECT_TRUE(map->chapters[0].open);
    EXPECT_FALSE(map->chapters[1].open);
    EXPECT_EQ(map->chapters[0].challenges, 2);
    EXPECT_FALSE(open_journey(db, member("Ben")).has_value());
}

TEST_P(Journeys, JRN1_case32_a_journey_that_is_switched_off_is_gone) {
    open_journey(db, anna);
    db.update(orm::select<JourneyConfiguration>, orm::set<& JourneyConfiguration::is_active> = false);
    EXPECT_FALSE(open_journey(db, anna).has_value());
    EXPECT_EQ(answer(bridge, "bridge").outcome, not_found);
    EXPECT_EQ(see(poem), RewardResult::Outcome::not_found);
    EXPECT_EQ(open_chapter(db, anna, 1, now), ChapterOutcome::not_found);
}

TEST_P(Journeys, JRN2_case31_locked_foreign_and_deleted_challenges) {
    EXPECT_EQ(answer(river, "river").outcome, locked);
    EXPECT_EQ(open_chapter(db, anna, 5, now), ChapterOutcome::locked);
    EXPECT_EQ(open_chapter(db, anna, 2, now), ChapterOutcome::not_found);
    const auto foreign = chapter(1, another_journey());
    EXPECT_EQ(answer(riddle(foreign, "x"), "x").outcome, not_found);
    db.erase(orm::select<JourneyChallenge> | orm::filter(f<&JourneyChallenge::id> == bridge));
    EXPECT_EQ(answer(bridge, "bridge").outcome, not_found);
    EXPECT_EQ(db.count(orm::select<JourneyAnswer>), 0);
}

TEST_P(Journeys, JRN3_chapters_and_journey_complete_with_the_last_answer) {
    EXPECT_EQ(answer(bridge, "bridge").chapter_completed, false);
    EXPECT_EQ(progress().current_chapter, 1);
    const auto last = answer(lantern, "The lantern");
    EXPECT_EQ(last.outcome, wrong);
    EXPECT_TRUE(answer(lantern, "LANTERN").chapter_completed);
    EXPECT_EQ(progress().current_chapter, 5);
    const auto end = answer(river, "river");
    EXPECT_TRUE(end.chapter_completed);
    EXPECT_TRUE(end.journey_completed);
    const JourneyProgress done = progress();
    EXPECT_EQ(done.current_chapter, 5) << "capped at the last";
    EXPECT_TRUE(done.completed);
    EXPECT_EQ(done.completed_at, now);
    riddle(first, "added later");
    EXPECT_TRUE(open_journey(db, anna)->chapters[0].completed);
    EXPECT_EQ(progress().completed_at, now);
}

TEST_P(Journeys, JRN3_case32_a_chapter_put_between_completed_ones) {
    answer(bridge, "bridge");
    answer(lantern, "lantern");
    answer(river, "river");
    const auto between = riddle(chapter(3), "between");
    const auto map = open_journey(db, anna);
    EXPECT_TRUE(map->chapters[1].open);
    EXPECT_FALSE(map->chapters[1].completed);
    EXPECT_TRUE(map->chapters[2].open) << "what was completed is not locked again";
    const auto result = answer(between, "between");
    EXPECT_TRUE(result.chapter_completed);
    EXPECT_FALSE(result.journey_completed) << "that was before, and once";
}

TEST_P(Journeys, JRN3_a_chapter_without_challenges_completes_when_it_is_opened) {
    answer(bridge, "bridge");
    answer(lantern, "lantern");
    const auto empty = reward(chapter(3));
    EXPECT_EQ(open_chapter(db, anna, 5, now), ChapterOutcome::locked);
    EXPECT_EQ(open_chapter(db, anna, 3, now), ChapterOutcome::open);
    EXPECT_EQ(open_chapter(db, anna, 5, now), ChapterOutcome::open);
    EXPECT_EQ(see(empty), RewardResult::Outcome::unlocked);
}

TEST_P(Journeys, JRN3_case32_a_chapter_whose_last_open_challenge_is_taken_out_is_complete) {
    answer(bridge, "bridge");
    db.erase(orm::select<JourneyChallenge> | orm::filter(f<&JourneyChallenge::id> == lantern));
    const auto map = open_journey(db, anna, now);
    EXPECT_TRUE(map->chapters[0].completed);
    EXPECT_TRUE(map->chapters[1].open);
    EXPECT_EQ(map->progress.current_chapter, 5);
    EXPECT_EQ(see(poem), RewardResult::Outcome::unlocked);
}

TEST_P(Journeys, JRN5_no_answer_stores_nothing_a_wrong_one_is_recorded) {
    EXPECT_EQ(answer(bridge, "  ").outcome, invalid);
    EXPECT_EQ(db.count(orm::select<JourneyAnswer>), 0);
    EXPECT_EQ(answer(bridge, "boat").outcome, wrong);
    EXPECT_EQ(answer(bridge, "ferry").outcome, wrong);
    const auto stored = db.get(orm::select<JourneyAnswer>);
    EXPECT_EQ(stored.answer, "ferry");
    EXPECT_EQ(stored.attempts, 2);
    EXPECT_FALSE(stored.is_correct);
    EXPECT_EQ(answer(bridge, "bridge").outcome, right);
    EXPECT_EQ(answer(bridge, "boat").outcome, already_completed);
    EXPECT_EQ(db.get(orm::select<JourneyAnswer>).answer, "bridge");
}

TEST_P(Journeys, JRN5_case31_the_same_correct_answer_20_times_in_parallel_counts_once) {
    answer(bridge, "bridge");
    std::atomic<int> counted{0}, again{0}, chapters{0};
    in_parallel(10, [&](int) {
        for (int i = 0; i < 2; ++i) {
            const auto result = answer(lantern, "lantern");
            if (result.outcome == right) ++counted;
            if (result.outcome == already_completed) ++again;
            if (result.chapter_completed) ++chapters;
        }
    });
    EXPECT_EQ(counted, 1);
    EXPECT_EQ(again, 19);
    EXPECT_EQ(chapters, 1);
    EXPECT_EQ(db.count(orm::select<JourneyUnlock>), 1);
    EXPECT_EQ(db.count(orm::select<JourneyChapterCompletion>), 1);
}

TEST_P(Journeys, JRN5_different_answers_in_parallel_are_all_kept_in_the_list) {
    std::vector<ChallengeId> many{bridge, lantern};
    for (int i = 0; i < 6; ++i) many.push_back(riddle(first, "bridge"));
    db.update(orm::select<JourneyChallenge>, orm::set<& JourneyChallenge::correct_answer> = "bridge");
    std::atomic<int> chapters{0};
    in_parallel(static_cast<int>(many.size()), [&](int i) {
        if (answer(many[static_cast<std::size_t>(i)], "bridge").chapter_completed) ++chapters;
    });
    EXPECT_EQ(chapters, 1);
    std::string list;
    std::sort(many.begin(), many.end());
    for (const ChallengeId id : many) list += (list.empty() ? "" : ",") + std::to_string(id.value);
    std::string stored = progress().completed_challenges.text;
    std::erase(stored, ' ');
    EXPECT_EQ(stored, "[" + list + "]");
}

TEST_P(Journeys, JRN5_thirty_answers_in_any_minute) {
    std::atomic<int> judged{0}, refused{0};
    in_parallel(4, [&](int) {
        for (int i = 0; i < 10; ++i) {
            const auto outcome = answer(bridge, "boat").outcome;
            if (outcome == wrong) ++judged;
            if (outcome == too_many) ++refused;
        }
    });
    EXPECT_EQ(judged, 30);
    EXPECT_EQ(refused, 10);
    EXPECT_EQ(submit_answer(db, anna, bridge, "bridge", now + 1min - 1us).outcome, too_many);
    EXPECT_EQ(submit_answer(db, anna, bridge, "bridge", now + 1min).outcome, right);
}

TEST_P(Journeys, JRN6_case32_rewards_come_with_the_chapter_and_are_recorded_once) {
    EXPECT_EQ(see(poem), RewardResult::Outcome::locked);
    answer(bridge, "bridge");
    EXPECT_EQ(see(poem), RewardResult::Outcome::locked);
    answer(lantern, "lantern");
    in_parallel(6, [&](int) { EXPECT_EQ(see(poem), RewardResult::Outcome::unlocked); });
    EXPECT_EQ(db.count(orm::select<JourneyUnlock>), 1);
    EXPECT_EQ(progress().unlocked_rewards.text, "[" + std::to_string(poem.value) + "]");
    EXPECT_EQ(see(reward(first)), RewardResult::Outcome::unlocked) << "added after the completion";
    EXPECT_EQ(see(reward(second)), RewardResult::Outcome::locked);
    EXPECT_EQ(see(orm::Id<JourneyReward>(999'999)), RewardResult::Outcome::not_found);
}

}  // namespace
}  // namespace crush_lu
