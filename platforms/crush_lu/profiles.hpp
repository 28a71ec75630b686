/// A member's own dating profile: where it stands, saving and submitting it.
///
///     auto result = submit_profile(db, user, form);
///     if (!result.errors.empty()) show(form, result.errors);
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/errors.hpp"
#include "crush_lu/queries.hpp"

namespace crush_lu {

/// The values of `gender` and what people read for them.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 5> genders{
    {{"female", "Woman"},
     {"male", "Man"},
     {"non_binary", "Non-binary"},
     {"other", "Other"},
     {"undisclosed", "Rather not say"}}};

/// Where a profile stands; PROF-6.
enum class ProfileState {
    none,      ///< nothing begun
    draft,     ///< begun, not submitted
    pending,   ///< a coach looks at it: read-only
    revision,  ///< the coach asked for changes
    rejected,
    approved,
};

struct OwnProfile {
    std::optional<CrushProfile> profile;
    std::optional<ProfileSubmission> submission;  ///< the latest one; what coaches note is blank
    ProfileState state = ProfileState::none;
};
OwnProfile own_profile(orm::Executor& db, orm::Id<auth::User> user);

/// As typed; submit_profile() says what is wrong.
struct ProfileForm {
    std::string date_of_birth{};  ///< 1995-05-01
    std::string gender{};
    std::string phone{};
    std::string location{};
    std::string looking_for{};
    std::string bio{};
    std::string interests{};  ///< separated by commas
    bool show_full_name = false;
    bool show_exact_age = true;
    bool blur_photos = false;
};
ProfileForm form_of(const CrushProfile& profile);
/// "  Hiking, wine ,hiking" → hiking, wine: trimmed, lower case, each once, at most 20.
std::vector<std::string> parse_interests(std::string_view text);

struct SubmitResult {
    enum class Outcome {
        submitted,
        already_pending,  ///< REV-1: the earlier submission stands
        already_approved,
        rejected,  ///< PROF-6: no second try
        coach,     ///< PROF-5: active coaches have no dating profile
        invalid,
    };
    Outcome outcome{};
    platform::Errors errors{};
    bool assigned = false;  ///< a coach has it at once
};
/// Saves the whole profile and submits it (PROF-1, PROF-2, REV-1 … REV-3).
SubmitResult submit_profile(orm::Executor& db, orm::Id<auth::User> user, const ProfileForm& form,
                            const Clock& clock = {});

}  // namespace crush_lu
