#include <fmt/format.h>

#include <array>

#include "demo/world.hpp"
#include "entreprinder/models.hpp"
#include "matching/models.hpp"

namespace cli::demo {
namespace {

using namespace std::literals;
using entreprinder::EntrepreneurProfile;
using entreprinder::Industry;
using entreprinder::Skill;

constexpr std::array industries{
    "Finance"sv,      "Logistics"sv,   "Space"sv,  "Health"sv,   "Education"sv, "Food"sv,         "Hospitality"sv,
    "Construction"sv, "Steel"sv,       "Media"sv,  "Mobility"sv, "Energy"sv,    "Legal"sv,        "Cybersecurity"sv,
    "Agriculture"sv,  "Winegrowing"sv, "Retail"sv, "Design"sv,   "Biotech"sv,   "Public sector"sv};
constexpr std::array skills{"Accounting"sv,
                            "Fundraising"sv,
                            "Sales"sv,
                            "Marketing"sv,
                            "C++"sv,
                            "Python"sv,
                            "Data analysis"sv,
                            "Product design"sv,
                            "UX research"sv,
                            "Copywriting"sv,
                            "Project management"sv,
                            "Negotiation"sv,
                            "Hiring"sv,
                            "Compliance"sv,
                            "Supply chains"sv,
                            "Photography"sv,
                            "Public speaking"sv,
                            "Mechanical engineering"sv,
                            "Electronics"sv,
                            "Translation"sv,
                            "Event management"sv,
                            "Law"sv,
                            "Machine learning"sv,
                            "Teaching"sv};
constexpr std::array roles{"Founder"sv,         "Co-founder"sv,    "Managing partner"sv, "Freelancer"sv,
                           "Head of product"sv, "Head of sales"sv, "Investor"sv,         "Owner"sv};
constexpr std::array company_first{"Alzette"sv,  "Minett"sv, "Moselle"sv, "Kirchberg"sv,    "Belval"sv, "Ardennes"sv,
                                   "Red Rock"sv, "Sauer"sv,  "Grund"sv,   "Three Towers"sv, "Syre"sv,   "Melusina"sv};
constexpr std::array company_second{"Works"sv,      "Labs"sv,   "Partners"sv,  "Logistics"sv,
                                    "Foods"sv,      "Studio"sv, "Analytics"sv, "Robotics"sv,
                                    "Consulting"sv, "Energy"sv, "Mobility"sv,  "Press"sv};
constexpr std::array pitches{"We turn waste heat of data centres into warm greenhouses."sv,
                             "Our software finds the empty lorry that is next to your full pallet."sv,
                             "I help small restaurants to keep their books in an hour a week."sv,
                             "We print spare parts for machines whose makers are long gone."sv,
                             "Six people, two languages a sentence, one product: shift plans that nurses like."sv,
                             "Cross-border payroll for those who live in three countries at once."sv,
                             "We measure vineyards from the air and tell the grower where to look."sv,
                             "A repair café that became a company, and still serves coffee."sv};
constexpr std::array wishes{"Looking for a co-founder who likes to sell."sv,
                            "Looking for pilot customers in the Greater Region."sv,
                            "Happy to mentor first-time founders."sv,
                            "Looking for an angel who knows hardware."sv,
                            "Always glad to swap notes over lunch in Kirchberg."sv,
                            "Looking for a designer for three months."sv};

template <class Row, class Names>
std::vector<Row> write_names(World& world, std::string_view what, const Names& names) {
    std::vector<Row> rows;
    for (const std::string_view name : names) {
        Row row;
        row.name = name;
        rows.push_back(std::move(row));
    }
    world.write(what, rows);
    return rows;
}

/// Everybody who is neither dating nor coaching, then some who date as well.
std::vector<std::size_t> choose_users(const World& world) {
    std::vector<std::size_t> users{entrepreneur};
    for (const std::size_t user : world.other_users)
        if (user >= named_count && users.size() < world.sizes.entrepreneurs) users.push_back(user);
    for (const std::size_t user : world.profile_users)
        if (user >= named_count && users.size() < world.sizes.entrepreneurs) users.push_back(user);
    return users;
}

std::uint64_t direction(UserId from, UserId to) {
    return (static_cast<std::uint64_t>(from.value) << 32) | static_cast<std::uint64_t>(to.value);
}

/// Likes, the matches that they make, and passes; never two answers to one card.
void write_swipes(World& world, Random& chance, const std::vector<UserId>& users) {
    std::unordered_set<std::uint64_t> answered;
    std::vector<matching::Like> likes;
    std::vector<matching::Match> matches;
    const auto some_time = [&] { return world.now - minutes(60 + chance.below(300 * 1'440)); };
    const auto like = [&](UserId from, UserId to, orm::Timestamp when) {
        matching::Like row;
        row.from_user = from;
        row.to_user = to;
        row.created_at = when;
        answered.insert(direction(from, to));
        likes.push_back(std::move(row));
    };
    const auto strangers = [&](UserId a, UserId b) {
        return a != b && !answered.contains(direction(a, b)) && !answered.contains(direction(b, a));
    };
    while (matches.size() < world.sizes.matches) {
        // The known entrepreneur has a few matches, and plenty of cards left.
        const UserId one = matches.size() < 5 ? users.front() : chance.pick(users), other = chance.pick(users);
        if (!strangers(one, other)) continue;
        const orm::Timestamp first = some_time(), second = std::min(world.now, first + minutes(chance.below(20'000)));
        like(one, other, first);
        like(other, one, second);
        matching::Match row = matching::make_match(one, other);
        row.created_at = second;
        matches.push_back(std::move(row));
    }
    const std::vector<UserId> others(users.begin() + 1, users.end());
    while (likes.size() < world.sizes.likes) {
        const UserId one = chance.pick(others), other = chance.pick(users);
        if (strangers(one, other)) like(one, other, some_time());
    }
    std::vector<matching::Dislike> passes;
    while (passes.size() < world.sizes.likes / 3) {
        matching::Dislike row;
        row.from_user = chance.pick(others);
        row.to_user = chance.pick(users);
        row.created_at = some_time();
        if (row.from_user == row.to_user || !answered.insert(direction(row.from_user, row.to_user)).second) continue;
        passes.push_back(std::move(row));
    }
    world.write("likes", likes);
    world.write("matches", matches);
    world.write("passes", passes);
}

}  // namespace

void make_entrepreneurs(World& world) {
    Random chance = world.stream("entrepreneurs");
    const auto industry_rows = write_names<Industry>(world, "industries", industries);
    const auto skill_rows = write_names<Skill>(world, "skills", skills);
    std::vector<EntrepreneurProfile> profiles;
    std::vector<UserId> complete;
    std::vector<std::vector<Industry>> trades;  // by profile
    for (const std::size_t user : choose_users(world)) {
        EntrepreneurProfile profile;
        profile.user = world.id_of(user);
        trades.push_back(chance.pick_some(industry_rows, chance.between<std::size_t>(1, 2)));
        profile.company = fmt::format("{} {}", chance.pick(company_first), chance.pick(company_second));
        if (user == entrepreneur || !chance.one_in(20)) {
            profile.headline = fmt::format("{}, {}", chance.pick(roles), std::string_view(trades.back().front().name));
            profile.bio = fmt::format("{} {}", chance.pick(pitches), chance.pick(wishes));
            complete.push_back(profile.user.id);
        }
        profiles.push_back(std::move(profile));
    }
    world.write("entrepreneurs", profiles);
    std::vector<std::pair<orm::Id<EntrepreneurProfile>, orm::Id<Industry>>> of_industry;
    std::vector<std::pair<orm::Id<EntrepreneurProfile>, orm::Id<Skill>>> of_skill;
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        const EntrepreneurProfile& profile = profiles[i];
        for (const Industry& row : trades[i]) of_industry.emplace_back(profile.id, row.id);
        for (const Skill& row : chance.pick_some(skill_rows, chance.between<std::size_t>(2, 5)))
            of_skill.emplace_back(profile.id, row.id);
    }
    world.relate<&EntrepreneurProfile::industries>("industries of entrepreneurs", of_industry);
    world.relate<&EntrepreneurProfile::skills>("skills of entrepreneurs", of_skill);
    write_swipes(world, chance, complete);
}

}  // namespace cli::demo
