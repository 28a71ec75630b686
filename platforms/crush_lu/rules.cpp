#include "crush_lu/rules.hpp"

namespace crush_lu {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<int> age(const CrushProfile& profile, orm::Date today) {
    if (!profile.date_of_birth) return std::nullopt;
    return age_on(*profile.date_of_birth, today);
}

std::string_view age_range(const CrushProfile& profile, orm::Date today) {
    const std::optional<int> years = age(profile, today);
    if (!years) return "not specified";
    for (const AgeBand& band : age_bands)
        if (*years <= band.to) return band.name;
    return age_bands.back().name;
}

std::string shown_age(const CrushProfile& profile, orm::Date today) {
    if (profile.show_exact_age)
        if (const std::optional<int> years = age(profile, today)) return std::to_string(*years);
    return std::string(age_range(profile, today));
}

std::string display_name(const auth::User& user, const CrushProfile& profile) {
    const std::string_view first = trimmed(user.first_name);
    if (first.empty()) return "A Crush member";
    if (!profile.show_full_name) return std::string(first);
    const std::string full = std::string(first) + " " + user.last_name;
    return std::string(trimmed(full));
}

std::optional<Refusal> why_not_admitted(const MeetupEvent& event, const auth::User& user, const CrushProfile* profile,
                                        bool invited) {
    if (!profile) return Refusal::no_profile;
    if (!user.is_active || !profile->is_active) return Refusal::inactive;
    if (!profile->is_approved && !(event.is_private_invitation && invited)) return Refusal::not_approved;
    const std::optional<int> years = age(*profile, local_date(event.event_date));
    if (!years) return Refusal::no_birth_date;
    if (*years < event.min_age) return Refusal::too_young;
    if (*years > event.max_age) return Refusal::too_old;
    return std::nullopt;
}

}  // namespace crush_lu
