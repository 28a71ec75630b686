/// Personal journeys: chapters of challenges and rewards that a special user walks through.
///
/// What a player has done stands in child tables with unique keys, so that parallel answers are never lost or counted
/// twice; the seed's two JSON lists of JourneyProgress are written from them in the same transaction.
#pragma once

#include <array>

#include "accounts/models.hpp"
#include "orm/orm.hpp"

namespace crush_lu {

using namespace std::literals;

struct JourneyConfiguration {
    orm::Id<JourneyConfiguration> id;
    orm::Char<200> name;
    orm::Text description;
    bool is_active = true;
    orm::Timestamp created_at{};

    static consteval auto meta() {
        return orm::model<"crush_lu", "journeyconfiguration">(orm::auto_now_add<&JourneyConfiguration::created_at>);
    }
};

struct JourneyChapter {
    orm::Id<JourneyChapter> id;
    orm::ForeignKey<JourneyConfiguration> journey;
    std::int32_t chapter_number{};
    orm::Char<200> title;
    orm::Text description;

    static consteval auto meta() {
        using C = JourneyChapter;
        return orm::model<"crush_lu", "journeychapter">(orm::ordering<&C::chapter_number>,
                                                        orm::related_name<&C::journey>("chapters"),
                                                        orm::unique<&C::journey, &C::chapter_number>);
    }
};

struct JourneyChallenge {
    enum class ChallengeType { riddle, multiple_choice, word_scramble, timeline_sort, would_you_rather, open_text };

    orm::Id<JourneyChallenge> id;
    orm::ForeignKey<JourneyChapter> chapter;
    ChallengeType challenge_type{};
    orm::Text question;
    orm::Char<500> correct_answer;     ///< blank where every answer counts (JRN-4); never sent to the client
    std::optional<orm::Json> options;  ///< keys and texts to choose from; a riddle's further answers
    orm::Text hint;
    std::int32_t order = 0;

    static consteval auto meta() {
        using C = JourneyChallenge;
        return orm::model<"crush_lu", "journeychallenge">(orm::ordering<&C::order>,
                                                          orm::related_name<&C::chapter>("challenges"),
                                                          orm::length_of<&C::challenge_type>(30));
    }
};
constexpr auto labels(JourneyChallenge::ChallengeType) {
    return std::array{"Riddle"sv,        "Multiple Choice"sv,  "Word Scramble"sv,
                      "Timeline Sort"sv, "Would You Rather"sv, "Open Text"sv};
}

struct JourneyReward {
    enum class RewardType { poem, photo_reveal, future_letter };

    orm::Id<JourneyReward> id;
    orm::ForeignKey<JourneyChapter> chapter;
    RewardType reward_type{};
    orm::Char<200> title;
    orm::Text content;
    orm::Image<100> photo;

    static consteval auto meta() {
        return orm::model<"crush_lu", "journeyreward">(orm::related_name<&JourneyReward::chapter>("rewards"));
    }
};
constexpr auto labels(JourneyReward::RewardType) {
    return std::array{"Poem"sv, "Photo Reveal"sv, "Future Letter"sv};
}

/// How far a user has come.
struct JourneyProgress {
    orm::Id<JourneyProgress> id;
    orm::ForeignKey<auth::User> user;
    orm::ForeignKey<JourneyConfiguration> journey;
    std::int32_t current_chapter = 1;
    orm::Json completed_challenges = orm::Json::array();  ///< ids, as in the solved JourneyAnswer rows
    orm::Json unlocked_rewards = orm::Json::array();      ///< ids, as in JourneyUnlock
    bool completed = false;
    std::optional<orm::Timestamp> completed_at;
    orm::Json recent_answers = orm::Json::array();  ///< when the latest answers came, Unix microseconds (JRN-5's limit)

    static consteval auto meta() {
        using P = JourneyProgress;
        return orm::model<"crush_lu", "journeyprogress">(orm::related_name<&P::user>("journey_progress"),
                                                         orm::related_name<&P::journey>("progress"),
                                                         orm::unique<&P::user, &P::journey>);
    }
};

/// A player's answer to a challenge: the latest one until it is right, then that one for ever (JRN-5).
struct JourneyAnswer {
    orm::Id<JourneyAnswer> id;
    orm::ForeignKey<JourneyProgress> progress;
    orm::ForeignKey<JourneyChallenge> challenge;
    orm::Text answer;
    bool is_correct = false;
    std::int32_t attempts = 1;
    orm::Timestamp created_at{};
    std::optional<orm::Timestamp> completed_at;

    static consteval auto meta() {
        using A = JourneyAnswer;
        return orm::model<"crush_lu", "journeyanswer">(
            orm::auto_now_add<&A::created_at>, orm::related_name<&A::progress>("answers"),
            orm::related_name<&A::challenge>("answers"), orm::unique<&A::progress, &A::challenge>);
    }
};

/// A chapter that a player has completed; stays so when challenges are added to it later (JRN-3).
struct JourneyChapterCompletion {
    orm::Id<JourneyChapterCompletion> id;
    orm::ForeignKey<JourneyProgress> progress;
    orm::ForeignKey<JourneyChapter> chapter;
    orm::Timestamp completed_at{};

    static consteval auto meta() {
        using C = JourneyChapterCompletion;
        return orm::model<"crush_lu", "journeychaptercompletion">(orm::related_name<&C::progress>("completed_chapters"),
                                                                  orm::related_name<&C::chapter>("completions"),
                                                                  orm::unique<&C::progress, &C::chapter>);
    }
};

/// A reward that a player has earned (JRN-6).
struct JourneyUnlock {
    orm::Id<JourneyUnlock> id;
    orm::ForeignKey<JourneyProgress> progress;
    orm::ForeignKey<JourneyReward> reward;
    orm::Timestamp created_at{};

    static consteval auto meta() {
        using U = JourneyUnlock;
        return orm::model<"crush_lu", "journeyunlock">(
            orm::auto_now_add<&U::created_at>, orm::related_name<&U::progress>("unlocks"),
            orm::related_name<&U::reward>("unlocks"), orm::unique<&U::progress, &U::reward>);
    }
};

/// Gives a user a personal welcome and a journey.
struct SpecialUserExperience {
    orm::Id<SpecialUserExperience> id;
    orm::OneToOne<auth::User> user;
    std::optional<orm::ForeignKey<JourneyConfiguration, orm::on_delete::set_null>> journey;
    orm::Text custom_welcome_message;
    orm::Timestamp created_at{};

    static consteval auto meta() {
        using S = SpecialUserExperience;
        return orm::model<"crush_lu", "specialuserexperience">(orm::related_name<&S::user>("special_experience"),
                                                               orm::related_name<&S::journey>("special_experiences"),
                                                               orm::auto_now_add<&S::created_at>);
    }
};

}  // namespace crush_lu
