#include <array>

#include "demo/world.hpp"

namespace cli::demo {
namespace {

using namespace std::literals;
using crush_lu::CrushCoach;
using crush_lu::CrushProfile;
using crush_lu::ProfileSubmission;
using Completion = CrushProfile::Completion;
using Status = ProfileSubmission::Status;

constexpr std::array specializations{"First meetings"sv, "Over 40"sv,         "Shy people"sv,  "LGBTQ+"sv,
                                     "Newcomers"sv,      "After a divorce"sv, "Young adults"sv};
constexpr std::array coach_bios{"Has introduced people to each other since school, with six weddings to show for it."sv,
                                "Psychologist, patient listener, terrible dancer."sv,
                                "Believes that a good question is half an evening."sv,
                                "Speaks four languages and hears the fifth."sv};
constexpr std::array revisions{"Please add two or three sentences about yourself: they start conversations."sv,
                               "Your phone number has a digit too few; could you check it?"sv,
                               "Lovely profile! Could you choose a few more interests?"sv};
constexpr std::array rejections{"We could not confirm that this profile belongs to you. Please write to us."sv,
                                "The profile advertises a business; PowerUP is the better place for that."sv};
constexpr std::array notes{"Friendly on the phone."sv, "Asked about events in French."sv,     ""sv, ""sv,
                           "Prefers small groups."sv,  "Knows half of the members already."sv};

std::vector<CrushCoach> make_coaches(World& world, Random& chance) {
    std::vector<CrushCoach> coaches;
    for (const std::size_t user : world.coach_users) {
        CrushCoach row;
        row.user = world.id_of(user);
        row.specialization = chance.pick(specializations);
        row.bio = chance.pick(coach_bios);
        row.is_active = coaches.size() % 20 != 19;
        coaches.push_back(std::move(row));
    }
    return coaches;
}

/// Born so that they are `least` … 64 years old at `when`; younger people come more often.
orm::Date a_birth(Random& chance, orm::Timestamp when, int least) {
    const int spread = 64 - least;
    const int age = least + static_cast<int>(std::min(chance.below(static_cast<std::size_t>(spread)),
                                                      chance.below(static_cast<std::size_t>(spread))));
    const auto birthday =
        std::chrono::floor<days>(when) - days(365 * age + age / 4 + 1 + static_cast<int>(chance.below(364)));
    return orm::Date(birthday);
}

void fill_basics(CrushProfile& profile, const Person& person, Random& chance, orm::Date birth) {
    profile.date_of_birth = birth;
    profile.gender = person.gender == Gender::female ? "female" : person.gender == Gender::male ? "male" : "non_binary";
    profile.location = a_commune(chance);
    profile.phone = a_phone_number(chance);
}

void fill_about(CrushProfile& profile, Random& chance) {
    profile.bio = a_bio(chance);
    profile.looking_for = static_cast<CrushProfile::LookingFor>(chance.below(4));
    for (const std::string_view tag :
         chance.pick_some(std::vector(interests().begin(), interests().end()), chance.between<std::size_t>(2, 7)))
        profile.interests.emplace_back(tag);
    profile.show_exact_age = chance.percent(60);
    profile.blur_photos = chance.percent(25);
    profile.show_full_name = chance.percent(5);
}

/// What becomes of the profile at this place in World::profile_users. The approved come first.
enum class Fate { approved, pending, revision, rejected, unfinished };

Fate fate_of(std::size_t place, std::size_t user, std::size_t count) {
    if (user == review) return Fate::pending;
    if (user == revision) return Fate::revision;
    const auto share = [&](unsigned percent) { return count * percent / 100; };
    if (place < share(65)) return Fate::approved;
    if (place < share(69)) return Fate::pending;
    if (place < share(72)) return Fate::revision;
    if (place < share(75)) return Fate::rejected;
    return Fate::unfinished;
}

/// Approvals: half of them before the first event, the others spread over the time since.
orm::Timestamp approval_time(const World& world, Random& chance, std::size_t place, std::size_t approved) {
    const std::size_t half = approved / 2;
    const std::int64_t minute = static_cast<std::int64_t>(chance.below(600));
    if (place <= half) return world.today - days(1'200) + days(place * 60 / (half + 1)) + hours(8) + minutes(minute);
    const auto day = static_cast<std::int64_t>((place - half) * 1'080 / (approved - half + 1));
    return world.today - days(1'130) + days(day) + hours(8) + minutes(minute);
}

}  // namespace

void make_members(World& world) {
    Random chance = world.stream("members");
    std::vector<CrushCoach> coaches = make_coaches(world, chance);
    world.write("coaches", coaches);

    const std::size_t count = world.profile_users.size(), approved = count * 65 / 100;
    std::vector<CrushProfile> profiles;
    std::vector<Fate> fates;
    for (std::size_t place = 0; place < count; ++place) {
        const std::size_t user = world.profile_users[place];
        const Fate fate = fate_of(place, user, count);
        const orm::Timestamp approved_at = approval_time(world, chance, place, approved);
        const orm::Timestamp of_age_at = fate == Fate::approved ? approved_at - days(30) : world.today - days(90);
        CrushProfile profile;
        profile.user = world.id_of(user);
        const auto steps = fate == Fate::unfinished ? static_cast<Completion>(chance.below(4)) : Completion::submitted;
        if (steps >= Completion::step1)
            fill_basics(profile, world.people[user], chance, a_birth(chance, of_age_at, user < named_count ? 27 : 22));
        if (steps >= Completion::step2) fill_about(profile, chance);
        profile.completion_status = steps;
        if (fate == Fate::approved) {
            profile.is_approved = true;
            profile.approved_at = approved_at;
            // The first hundred and thirty stay: tests log in as them.
            profile.is_active = place < 130 || !chance.percent(3);
            if (profile.is_active) world.members.push_back({profile.user.id, *profile.date_of_birth, approved_at});
        }
        fates.push_back(fate);
        profiles.push_back(std::move(profile));
    }
    world.write("profiles", profiles);

    std::vector<ProfileSubmission> submissions;
    std::vector<std::size_t> active;
    for (std::size_t i = 0; i < coaches.size(); ++i)
        if (coaches[i].is_active) active.push_back(i);
    std::size_t turn = 0;
    std::vector<int> pending(coaches.size());
    for (std::size_t place = 0; place < count; ++place) {
        if (fates[place] == Fate::unfinished) continue;
        std::size_t coach = active[turn++ % active.size()];
        if (fates[place] == Fate::pending)  // REV-3: whoever has fewest; when all are full, it waits (REV-4)
            coach = *std::min_element(active.begin(), active.end(),
                                      [&](std::size_t a, std::size_t b) { return pending[a] < pending[b]; });
        ProfileSubmission row;
        row.profile = profiles[place].id;
        row.coach = coaches[coach].id;
        row.coach_notes = chance.pick(notes);
        const orm::Timestamp recent = world.now - hours(chance.between<std::int64_t>(5, 24 * 20));
        switch (fates[place]) {
            case Fate::approved:
                row.status = Status::approved;
                row.reviewed_at = profiles[place].approved_at;
                break;
            case Fate::pending:
                row.status = Status::pending;
                row.coach_notes = "";
                if (pending[coach] >= coaches[coach].max_active_reviews) {
                    row.coach = std::nullopt;
                } else {
                    ++pending[coach];
                    coaches[coach].last_assigned_at = recent;
                }
                break;
            case Fate::revision:
                row.status = Status::revision;
                row.feedback_to_user = chance.pick(revisions);
                row.reviewed_at = recent;
                break;
            default:
                row.status = Status::rejected;
                row.feedback_to_user = chance.pick(rejections);
                row.reviewed_at = recent;
        }
        row.created_at = row.reviewed_at ? *row.reviewed_at - hours(chance.between<std::int64_t>(6, 70)) : recent;
        submissions.push_back(std::move(row));
    }
    world.write("submissions", submissions);
    for (CrushCoach& row : coaches)
        if (row.last_assigned_at) world.db.save<&CrushCoach::last_assigned_at>(row);
    std::stable_sort(world.members.begin(), world.members.end(),
                     [](const Member& a, const Member& b) { return a.approved_at < b.approved_at; });
}

}  // namespace cli::demo
