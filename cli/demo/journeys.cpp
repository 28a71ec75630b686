#include <fmt/format.h>

#include "demo/journey_book.hpp"

namespace cli::demo {
namespace {

using crush_lu::JourneyAnswer;
using crush_lu::JourneyChallenge;
using crush_lu::JourneyChapter;
using crush_lu::JourneyConfiguration;
using crush_lu::JourneyProgress;
using crush_lu::JourneyReward;
using crush_lu::JourneyUnlock;
using crush_lu::SpecialUserExperience;

/// One journey as it was written: rows by chapter.
struct Journey {
    orm::Id<JourneyConfiguration> id;
    std::vector<std::vector<JourneyChallenge>> challenges;
    std::vector<std::vector<JourneyReward>> rewards;
};

std::vector<Journey> write_journeys(World& world, Random& chance) {
    std::vector<JourneyConfiguration> configurations;
    for (const auto& title : journey_titles) {
        JourneyConfiguration row;
        row.name = title.name;
        row.description = title.description;
        row.created_at = world.today - days(500);
        configurations.push_back(std::move(row));
    }
    world.write("journeys", configurations);

    std::vector<JourneyChapter> chapters;
    for (const auto& journey : configurations)
        for (std::size_t n = 0; n < chapter_titles.size(); ++n) {
            JourneyChapter row;
            row.journey = journey.id;
            row.chapter_number = static_cast<std::int32_t>(n) + 1;
            row.title = chapter_titles[n].name;
            row.description = chapter_titles[n].description;
            chapters.push_back(std::move(row));
        }
    world.write("chapters", chapters);

    std::vector<JourneyChallenge> challenges;
    std::vector<JourneyReward> rewards;
    for (const auto& chapter : chapters) {
        for (std::size_t n = 0; n < challenges_per_chapter; ++n) {
            challenges.push_back(write_challenge(chance, n + static_cast<std::size_t>(chapter.chapter_number)));
            challenges.back().chapter = chapter.id;
            challenges.back().order = static_cast<std::int32_t>(n) + 1;
        }
        rewards.push_back(write_reward(chance));
        rewards.back().chapter = chapter.id;
    }
    world.write("challenges", challenges);
    world.write("rewards", rewards);

    std::vector<Journey> journeys(configurations.size());
    for (std::size_t j = 0, c = 0; j < journeys.size(); ++j) {
        journeys[j].id = configurations[j].id;
        for (std::size_t n = 0; n < chapter_titles.size(); ++n, ++c) {
            const auto first = challenges.begin() + static_cast<std::ptrdiff_t>(c * challenges_per_chapter);
            journeys[j].challenges.emplace_back(first, first + challenges_per_chapter);
            journeys[j].rewards.push_back({rewards[c]});
        }
    }
    return journeys;
}

/// Those without a dating profile first; then members, those who never finished their profile first.
std::vector<UserId> players(const World& world) {
    std::vector<UserId> users{world.id_of(special)};
    for (const std::size_t user : world.other_users)
        if (user >= named_count && users.size() < world.sizes.progress) users.push_back(world.id_of(user));
    for (std::size_t i = world.profile_users.size(); i-- > 0 && users.size() < world.sizes.progress;)
        if (world.profile_users[i] >= named_count) users.push_back(world.id_of(world.profile_users[i]));
    return users;
}

std::string id_list(const std::vector<std::int64_t>& ids) {
    return fmt::format("[{}]", fmt::join(ids, ", "));
}

/// How far each player came: `solved` challenges from the start of the journey, chapter by chapter.
struct Walk {
    const Journey* journey;
    std::size_t solved;
    orm::Timestamp start;
    JourneyProgress row;
};

Walk walk(const World& world, Random& chance, const Journey& journey, UserId user) {
    const std::size_t all = journey.challenges.size() * challenges_per_chapter;
    Walk result{&journey, 0, world.now - days(chance.between<std::int64_t>(45, 300)), {}};
    // A third reach the end; the others stop somewhere, most of them early.
    result.solved = chance.one_in(3) ? all : std::min(chance.below(all), chance.below(all));
    if (user == world.id_of(special)) result.solved = challenges_per_chapter + 2;
    JourneyProgress& row = result.row;
    row.user = user;
    row.journey = journey.id;
    const std::size_t chapters_done = result.solved / challenges_per_chapter;
    row.current_chapter = static_cast<std::int32_t>(std::min(chapters_done + 1, journey.challenges.size()));
    std::vector<std::int64_t> challenges, rewards;
    for (std::size_t i = 0; i < result.solved; ++i)
        challenges.push_back(journey.challenges[i / challenges_per_chapter][i % challenges_per_chapter].id.value);
    for (std::size_t chapter = 0; chapter < chapters_done; ++chapter)
        for (const JourneyReward& reward : journey.rewards[chapter]) rewards.push_back(reward.id.value);
    row.completed_challenges = orm::Json(id_list(challenges));
    row.unlocked_rewards = orm::Json(id_list(rewards));
    row.completed = result.solved == all;
    if (row.completed) row.completed_at = result.start + days(all);
    return result;
}

}  // namespace

void make_journeys(World& world) {
    Random chance = world.stream("journeys");
    const std::vector<Journey> journeys = write_journeys(world, chance);
    std::vector<SpecialUserExperience> experiences;
    std::vector<Walk> walks;
    std::vector<JourneyProgress> progress;
    for (const UserId user : players(world)) {
        const Journey& journey = chance.pick(journeys);
        SpecialUserExperience row;
        row.user = user;
        row.journey = journey.id;
        row.custom_welcome_message = "Somebody thought of you. Take your time: the way is the gift.";
        walks.push_back(walk(world, chance, journey, user));
        row.created_at = walks.back().start - days(2);
        progress.push_back(walks.back().row);
        experiences.push_back(std::move(row));
    }
    world.write("special users", experiences);
    world.write("journey progress", progress);

    Batch<JourneyAnswer> answers(world, "answers");
    Batch<JourneyUnlock> unlocks(world, "rewards unlocked");
    for (std::size_t p = 0; p < walks.size(); ++p) {
        const Walk& player = walks[p];
        for (std::size_t i = 0; i < player.solved; ++i) {
            const std::size_t chapter = i / challenges_per_chapter, place = i % challenges_per_chapter;
            const JourneyChallenge& challenge = player.journey->challenges[chapter][place];
            const orm::Timestamp solved_at = player.start + days(i + 1);
            JourneyAnswer row;
            row.progress = progress[p].id;
            row.challenge = challenge.id;
            row.answer = answer_to(chance, challenge);
            row.is_correct = true;
            row.attempts = chance.one_in(4) ? 2 : 1;
            row.completed_at = solved_at;
            row.created_at = solved_at - minutes(row.attempts == 1 ? 0 : 7);
            answers.add(std::move(row));
            if (place + 1 < challenges_per_chapter) continue;
            for (const JourneyReward& reward : player.journey->rewards[chapter]) {
                JourneyUnlock unlock;
                unlock.progress = progress[p].id;
                unlock.reward = reward.id;
                unlock.created_at = solved_at;
                unlocks.add(std::move(unlock));
            }
        }
    }
    answers.flush();
    unlocks.flush();
}

}  // namespace cli::demo
