/// Walking through a personal journey (JRN-1 … JRN-6): opening chapters, answering, earning rewards. One transaction
/// each; the player's own row is locked first, then the progress, so that parallel answers count once.
///
///     const auto map = open_journey(db, me);                 // nothing: no journey, 404
///     const auto done = submit_answer(db, me, challenge, "a bridge");
///     if (done.outcome == AnswerOutcome::right && done.chapter_completed) show_rewards();
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crush_lu/queries.hpp"

namespace crush_lu {

struct JourneySettings {
    std::size_t answers_per_minute = 30;  ///< of one player; answers that are none (JRN-5) do not count
};

struct ChapterState {
    JourneyChapter chapter;
    bool open = false;
    bool completed = false;
    std::int64_t challenges = 0;
    std::int64_t solved = 0;
};
struct JourneyMap {
    JourneyConfiguration journey;
    JourneyProgress progress;
    std::vector<ChapterState> chapters;  ///< by number
};
/// JRN-1: the journey of this user, with a progress row that is made once, also by parallel requests.
std::optional<JourneyMap> open_journey(orm::Executor& db, orm::Id<auth::User> me, const Clock& clock = {});

enum class ChapterOutcome { open, not_found, locked };
/// JRN-2, JRN-3: a chapter in which nothing is left to solve is completed by opening it.
ChapterOutcome open_chapter(orm::Executor& db, orm::Id<auth::User> me, std::int32_t number, const Clock& clock = {});

enum class AnswerOutcome {
    right,
    wrong,              ///< recorded, may be repeated
    already_completed,  ///< solved before: that answer stays
    not_found,          ///< no journey, or a challenge of another one
    locked,
    invalid,  ///< no answer of this kind of challenge: nothing is stored
    too_many,
};
struct AnswerResult {
    AnswerOutcome outcome{};
    bool chapter_completed = false;  ///< by this answer
    bool journey_completed = false;  ///< by this answer
};
/// JRN-2 … JRN-6.
AnswerResult submit_answer(orm::Executor& db, orm::Id<auth::User> me, orm::Id<JourneyChallenge> challenge,
                           const std::string& answer, const Clock& clock = {}, const JourneySettings& settings = {});

struct RewardResult {
    enum class Outcome { unlocked, not_found, locked } outcome{};
    std::optional<JourneyReward> reward{};
};
/// JRN-6: only of completed chapters of one's own journey; recorded once.
RewardResult open_reward(orm::Executor& db, orm::Id<auth::User> me, orm::Id<JourneyReward> reward,
                         const Clock& clock = {});

}  // namespace crush_lu
