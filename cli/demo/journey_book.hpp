/// What the journeys tell and ask.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "demo/world.hpp"

namespace cli::demo {

struct Heading {
    std::string_view name, description;
};
inline constexpr std::size_t challenges_per_chapter = 5;
extern const std::array<Heading, 5> journey_titles;
extern const std::array<Heading, 8> chapter_titles;

/// A challenge of the kind that comes `turn`th, without chapter and place.
crush_lu::JourneyChallenge write_challenge(Random& chance, std::size_t turn);
crush_lu::JourneyReward write_reward(Random& chance);
/// An answer that counts.
std::string answer_to(Random& chance, const crush_lu::JourneyChallenge& challenge);

}  // namespace cli::demo
