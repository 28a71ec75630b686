// Personal journeys: JRN-1 to JRN-6 by their numbers, and the awkward cases 29 to 32.
#include "crush_lu/journeys.hpp"

#include <atomic>

#include "crush_lu/answers.hpp"
#include "fixture.hpp"

namespace crush_lu {

void PrintTo(Verdict verdict, std::ostream* out) {
    *out << orm::to_string(verdict);
}
void PrintTo(AnswerOutcome outcome, std::ostream* out) {
    *out << orm::to_string(outcome);
}
void PrintTo(ChapterOutcome outcome, std::ostream* out) {
    *out << orm::to_string(outcome);
}

namespace {

using Type = JourneyChallenge::ChallengeType;
using enum AnswerOutcome;
using orm::f;

// JRN-4, without a database -------------------------------------------------------------------------------------------

JourneyChallenge challenge_of(Type type, const std::string& answer, const std::string& options = {}) {
    JourneyChallenge challenge;
    challenge.challenge_type = type;
    challenge.correct_answer = answer;
    if (!options.empty()) challenge.options = orm::Json(options);
    return challenge;
}

TEST(JourneyAnswers, JRN4_case29_riddles_ignore_case_form_accents_and_punctuation) {
    const auto ete = challenge_of(Type::riddle, "Été", R"({"alternatives":["Sommer","der Sommer"]})");
    for (const char* right : {"été", "e\u0301te\u0301", "ETE", "  Été!  ", "SOMMER", "der   sommer.", "Ｅ\u0301ｔé"})
        EXPECT_EQ(judge(ete, right), Verdict::right) << right;
    EXPECT_EQ(judge(ete, "hiver"), Verdict::wrong);
    EXPECT_EQ(judge(challenge_of(Type::riddle, "straße"), "STRASSE"), Verdict::right);
    EXPECT_EQ(judge(challenge_of(Type::riddle, "istanbul"), "İstanbul "), Verdict::right);
    EXPECT_EQ(judge(challenge_of(Type::riddle, "wine"), "ＷＩＮＥ"), Verdict::right);
    EXPECT_EQ(judge(challenge_of(Type::riddle, "two words"), "twowords"), Verdict::wrong);
    for (const std::string& none : {std::string(), std::string("  "), std::string("?!"), std::string(201, 'x'),
                                    std::string("\xff"), std::string("a\0b", 3)})
        EXPECT_EQ(judge(ete, none), Verdict::invalid);
}

TEST(JourneyAnswers, JRN4_scrambles_ignore_blanks) {
    EXPECT_EQ(judge(challenge_of(Type::word_scramble, "Petite Suisse"), "petite  SUISSE"), Verdict::right);
    EXPECT_EQ(judge(challenge_of(Type::word_scramble, "Petite Suisse"), "petitesuisse"), Verdict::right);
}

TEST(JourneyAnswers, JRN4_case30_a_choice_is_a_key_that_is_offered) {
    const char* options = R"({"A":"Remich","b":"Wiltz","alternatives":[]})";
    const auto choice = challenge_of(Type::multiple_choice, "B", options);
    EXPECT_EQ(judge(choice, "b"), Verdict::right);
    EXPECT_EQ(judge(choice, " B "), Verdict::right);
    EXPECT_EQ(judge(choice, "a"), Verdict::wrong);
    for (const char* none : {"c", "", "Remich", "alternatives"})
        EXPECT_EQ(judge(choice, none), Verdict::invalid) << none;
    EXPECT_EQ(judge(challenge_of(Type::multiple_choice, "", options), "a"), Verdict::right) << "every key counts";
    EXPECT_EQ(judge(challenge_of(Type::would_you_rather, "b", options), "a"), Verdict::right);
    EXPECT_EQ(judge(challenge_of(Type::would_you_rather, "", options), "z"), Verdict::invalid);
}

TEST(JourneyAnswers, JRN4_case30_a_timeline_is_a_permutation) {
    const auto line = challenge_of(Type::timeline_sort, "0,1,2");
    EXPECT_EQ(judge(line, "0,1,2"), Verdict::right);
    EXPECT_EQ(judge(line, " 0 , 1 ,2"), Verdict::right);
    EXPECT_EQ(judge(line, "2,1,0"), Verdict::wrong);
    for (const char* none : {"0,1,1", "0,1,2,3", "0,1", "a,b", "", "0,1,", "-1,0,1", "99999999999999999999,0,1"})
        EXPECT_EQ(judge(line, none), Verdict::invalid) << none;
}

TEST(JourneyAnswers, JRN4_open_texts_have_10_to_2000_characters) {
    const auto open = challenge_of(Type::open_text, "");
    EXPECT_EQ(judge(open, "  123456789  "), Verdict::invalid);
    EXPECT_EQ(judge(open, " 1234567890 "), Verdict::right);
    std::string accents;
    for (int i = 0; i < 2000; ++i) accents += "é";
    EXPECT_EQ(judge(open, accents), Verdict::right);
    EXPECT_EQ(judge(open, accents + "x"), Verdict::invalid);
}

// The way through -----------------------------------------------------------------------------------------------------

class Journeys : public CrushTest {
  protected:
    using ChallengeId = orm::Id<JourneyChallenge>;
    Journeys() {
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
        row.challenge_type = Type::riddle;
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
