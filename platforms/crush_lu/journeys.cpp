#include "crush_lu/journeys.hpp"

#include <boost/json.hpp>
#include <set>

#include "common/repeatable.hpp"
#include "crush_lu/answers.hpp"
#include "crush_lu/letters.hpp"
#include "crush_lu/people.hpp"

namespace crush_lu {

namespace {

using Journey = JourneyConfiguration;
using Chapter = JourneyChapter;
using Challenge = JourneyChallenge;
using Reward = JourneyReward;
using Progress = JourneyProgress;
using Answer = JourneyAnswer;
using Done = JourneyChapterCompletion;
using Unlock = JourneyUnlock;
using Special = SpecialUserExperience;
using UserId = orm::Id<auth::User>;
using orm::f;

auto of_journey(orm::Id<Journey> id) {
    return orm::filter(f<&Chapter::journey> == id);
}
inline constexpr auto solved = f<&Answer::completed_at>.is_not_null();

/// A player at work: the journey, the locked progress, and where each chapter stands.
struct Player {
    Journey journey;
    Progress progress;
    std::vector<ChapterState> chapters;

    ChapterState* chapter(orm::Id<Chapter> id) {
        for (ChapterState& state : chapters)
            if (state.chapter.id == id) return &state;
        return nullptr;
    }
};

std::vector<ChapterState> chapter_states(orm::Transaction& tx, const Player& player) {
    const auto own = orm::exists(challenge_answers.where(f<&Answer::progress> == player.progress.id && solved));
    std::set<std::int64_t> completed;
    for (const auto& chapter : tx.all(orm::select<Done> | orm::filter(f<&Done::progress> == player.progress.id) |
                                      orm::values<&Done::chapter>))
        completed.insert(chapter.id.value);
    std::vector<ChapterState> states;
    bool open = true;  // the first one is; the others when the one before is completed (JRN-2)
    for (auto& [chapter, all, done] : tx.all(orm::select<Chapter> | of_journey(player.journey.id) |
                                             orm::annotate(orm::count(challenges), orm::count(challenges.where(own))) |
                                             orm::order_by<&Chapter::chapter_number>)) {
        ChapterState state{.chapter = std::move(chapter), .challenges = all, .solved = done};
        state.completed = completed.contains(state.chapter.id.value);
        state.open = open || state.completed;  // what was completed stays open when a chapter is put before it
        open = state.completed;
        states.push_back(std::move(state));
    }
    return states;
}

std::string as_list(const std::set<std::int64_t>& keys) {
    boost::json::array list(keys.begin(), keys.end());
    return boost::json::serialize(list);
}

/// Records the rewards of a completed chapter, each once.
void unlock_rewards(orm::Transaction& tx, const Player& player, orm::Id<Chapter> chapter, orm::Timestamp now) {
    for (const auto& reward : tx.all(orm::select<Reward> | orm::filter(f<&Reward::chapter> == chapter) |
                                     orm::order_by<&Reward::id> | orm::values<&Reward::id>)) {
        Unlock unlock;
        unlock.progress = player.progress.id;
        unlock.reward = reward;
        unlock.created_at = now;
        tx.insert_or_ignore<&Unlock::progress, &Unlock::reward>(unlock);
    }
}

/// The seed's two lists, from the rows.
void write_lists(orm::Transaction& tx, Progress& progress) {
    std::set<std::int64_t> answered, unlocked;
    for (const auto& key : tx.all(orm::select<Answer> | orm::filter(f<&Answer::progress> == progress.id && solved) |
                                  orm::values<&Answer::challenge>))
        answered.insert(key.id.value);
    for (const auto& key :
         tx.all(orm::select<Unlock> | orm::filter(f<&Unlock::progress> == progress.id) | orm::values<&Unlock::reward>))
        unlocked.insert(key.id.value);
    progress.completed_challenges = orm::Json(as_list(answered));
    progress.unlocked_rewards = orm::Json(as_list(unlocked));
}

/// Completes an open chapter in which nothing is left to solve; true when it was this call that completed it.
bool complete_if_solved(orm::Transaction& tx, Player& player, ChapterState& state, orm::Timestamp now) {
    if (state.completed || !state.open) return false;
    if (tx.exists(orm::select<Challenge> | orm::filter(f<&Challenge::chapter> == state.chapter.id &&
                                                       !orm::exists(challenge_answers.where(
                                                           f<&Answer::progress> == player.progress.id && solved)))))
        return false;
    Done done;
    done.progress = player.progress.id;
    done.chapter = state.chapter.id;
    done.completed_at = now;
    tx.insert_or_ignore<&Done::progress, &Done::chapter>(done);
    state.completed = true;
    unlock_rewards(tx, player, state.chapter.id, now);
    return true;
}

/// `current_chapter` and `completed` from the chapters; true when the journey was completed by this.
bool note_progress(orm::Transaction& tx, Player& player, orm::Timestamp now) {
    Progress& progress = player.progress;
    const auto incomplete = std::ranges::find_if(player.chapters, [](const ChapterState& s) { return !s.completed; });
    const bool all = incomplete == player.chapters.end();
    if (!player.chapters.empty())
        progress.current_chapter = (all ? player.chapters.back() : *incomplete).chapter.chapter_number;
    const bool finished = all && !player.chapters.empty() && !progress.completed;
    if (finished) {
        progress.completed = true;
        progress.completed_at = now;
        letters::journey_completed(tx, progress.id);
    }
    write_lists(tx, progress);
    tx.save<&Progress::current_chapter, &Progress::completed, &Progress::completed_at, &Progress::completed_challenges,
            &Progress::unlocked_rewards>(progress);
    return finished;
}

/// Completes, in order, the chapters in which nothing was left to solve: a challenge was taken out, or the answers are
/// older than the record of completed chapters.
void settle(orm::Transaction& tx, Player& player, orm::Timestamp now) {
    bool changed = false;
    for (std::size_t i = 0; i < player.chapters.size(); ++i) {
        ChapterState& state = player.chapters[i];
        if (i > 0 && player.chapters[i - 1].completed) state.open = true;
        if (state.solved > 0 && state.solved == state.challenges && complete_if_solved(tx, player, state, now))
            changed = true;
    }
    if (changed) note_progress(tx, player, now);
}

/// JRN-1, and the locks: the user, then the progress.
std::optional<Player> lock_player(orm::Transaction& tx, UserId me, const Clock& clock) {
    const std::vector<Member> members = lock_people(tx, {me});
    if (members.empty() || !members.front().user.is_active) return std::nullopt;
    const auto found =
        tx.first(orm::select<Special> | orm::filter(f<&Special::user> == me) | orm::related<&Special::journey>);
    if (!found) return std::nullopt;
    const std::optional<Journey>& journey = std::get<1>(*found);
    if (!journey || !journey->is_active) return std::nullopt;
    Progress fresh;
    fresh.user = me;
    fresh.journey = journey->id;
    tx.insert_or_ignore<&Progress::user, &Progress::journey>(fresh);
    Player player{*journey, {}, {}};
    player.progress =
        tx.get(orm::select<Progress> | orm::filter(f<&Progress::user> == me && f<&Progress::journey> == journey->id) |
               orm::for_no_key_update);
    player.chapters = chapter_states(tx, player);
    settle(tx, player, clock.now());
    return player;
}

/// JRN-5's limit, over the last minute; false when it is reached. The progress is locked.
bool count_answer(orm::Transaction& tx, Progress& progress, std::size_t most, orm::Timestamp now) {
    const std::int64_t moment = now.time_since_epoch().count();
    constexpr std::int64_t minute = std::chrono::microseconds(std::chrono::minutes(1)).count();
    boost::json::array kept;
    const boost::json::value recent = boost::json::parse(progress.recent_answers.text);
    for (const auto& at : recent.as_array())
        if (at.to_number<std::int64_t>() > moment - minute) kept.push_back(at);
    if (kept.size() >= most) return false;
    kept.emplace_back(moment);
    progress.recent_answers = orm::Json(boost::json::serialize(kept));
    tx.save<&Progress::recent_answers>(progress);
    return true;
}

void store_answer(orm::Transaction& tx, std::optional<Answer> row, const Player& player, orm::Id<Challenge> challenge,
                  const std::string& text, bool right, orm::Timestamp now) {
    if (!row) {
        row.emplace();
        row->progress = player.progress.id;
        row->challenge = challenge;
        row->created_at = now;
        row->attempts = 0;
    }
    ++row->attempts;
    row->answer = text;
    row->is_correct = right;
    if (right) row->completed_at = now;
    tx.save(*row);
}

}  // namespace

std::optional<JourneyMap> open_journey(orm::Executor& db, UserId me, const Clock& clock) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> std::optional<JourneyMap> {
        std::optional<Player> player = lock_player(tx, me, clock);
        if (!player) return std::nullopt;
        return JourneyMap{std::move(player->journey), std::move(player->progress), std::move(player->chapters)};
    });
}

ChapterOutcome open_chapter(orm::Executor& db, UserId me, std::int32_t number, const Clock& clock) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        std::optional<Player> player = lock_player(tx, me, clock);
        if (!player) return ChapterOutcome::not_found;
        const auto state = std::ranges::find_if(
            player->chapters, [&](const ChapterState& s) { return s.chapter.chapter_number == number; });
        if (state == player->chapters.end()) return ChapterOutcome::not_found;
        if (!state->open) return ChapterOutcome::locked;
        const orm::Timestamp now = clock.now();
        if (complete_if_solved(tx, *player, *state, now)) note_progress(tx, *player, now);
        return ChapterOutcome::open;
    });
}

AnswerResult submit_answer(orm::Executor& db, UserId me, orm::Id<Challenge> id, const std::string& text,
                           const Clock& clock, const JourneySettings& settings) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> AnswerResult {
        std::optional<Player> player = lock_player(tx, me, clock);
        if (!player) return {AnswerOutcome::not_found};
        // Shared, so that it is not deleted before the answer stands.
        const auto challenge = tx.first(orm::select<Challenge> | orm::filter(f<&Challenge::id> == id) | orm::for_share);
        ChapterState* state = challenge ? player->chapter(challenge->chapter.id) : nullptr;
        if (!state) return {AnswerOutcome::not_found};
        if (!state->open) return {AnswerOutcome::locked};
        std::optional<Answer> before =
            tx.first(orm::select<Answer> |
                     orm::filter(f<&Answer::progress> == player->progress.id && f<&Answer::challenge> == id));
        if (before && before->completed_at) return {AnswerOutcome::already_completed};
        const Verdict verdict = judge(*challenge, text);
        if (verdict == Verdict::invalid) return {AnswerOutcome::invalid};
        const orm::Timestamp now = clock.now();
        if (!count_answer(tx, player->progress, settings.answers_per_minute, now)) return {AnswerOutcome::too_many};
        const bool right = verdict == Verdict::right;
        store_answer(tx, std::move(before), *player, id, text, right, now);
        if (!right) return {AnswerOutcome::wrong};
        const bool chapter = complete_if_solved(tx, *player, *state, now);
        const bool journey = note_progress(tx, *player, now);
        return {AnswerOutcome::right, chapter, journey};
    });
}

RewardResult open_reward(orm::Executor& db, UserId me, orm::Id<Reward> id, const Clock& clock) {
    using Outcome = RewardResult::Outcome;
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> RewardResult {
        std::optional<Player> player = lock_player(tx, me, clock);
        if (!player) return {Outcome::not_found};
        std::optional<Reward> reward = tx.find(id);
        const ChapterState* state = reward ? player->chapter(reward->chapter.id) : nullptr;
        if (!state) return {Outcome::not_found};
        if (!state->completed) return {Outcome::locked};
        unlock_rewards(tx, *player, state->chapter.id, clock.now());  // also one that was added after the completion
        write_lists(tx, player->progress);
        tx.save<&Progress::unlocked_rewards>(player->progress);
        return {Outcome::unlocked, std::move(reward)};
    });
}

}  // namespace crush_lu
