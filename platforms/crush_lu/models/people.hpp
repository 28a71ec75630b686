/// Who takes part: members with their dating profile, the coaches who review them, and the submissions between both.
///
///     auto profile = db.first(orm::select<CrushProfile> | orm::filter(orm::f<&CrushProfile::user> == user));
#pragma once

#include <array>

#include "accounts/models.hpp"
#include "orm/orm.hpp"

namespace crush_lu {

using namespace std::literals;

/// A member's profile. What the seed requires stays empty until the profile is submitted, because it is saved in steps
/// (PROF-1); `show_full_name` is off by default, unlike the seed's, because nearly everybody hides the surname.
struct CrushProfile {
    enum class LookingFor { friends, dating, both, networking };
    /// Moves forward only.
    enum class Completion { not_started, step1, step2, step3, submitted };

    orm::Id<CrushProfile> id;
    orm::OneToOne<auth::User> user;
    std::optional<orm::Date> date_of_birth;
    orm::Char<20> gender;
    orm::Char<100> location;
    orm::Text bio;
    orm::Char<20> phone;
    std::optional<LookingFor> looking_for;
    std::vector<orm::Char<50>> interests;  ///< normalised tags, at most 20

    // Private files: below the media root, never served as they are.
    orm::Image<100> photo_1;
    orm::Image<100> photo_2;
    orm::Image<100> photo_3;

    bool show_full_name = false;
    bool show_exact_age = true;
    bool blur_photos = false;

    Completion completion_status{};
    bool is_approved = false;
    bool is_active = true;
    std::optional<orm::Timestamp> approved_at;

    static consteval auto meta() {
        using P = CrushProfile;
        return orm::model<"crush_lu", "crushprofile">(
            orm::related_name<&P::user>("crushprofile"),
            orm::index<&P::is_approved, &P::is_active>.named("crush_profile_approved_idx"));
    }
};
constexpr auto labels(CrushProfile::LookingFor) {
    return std::array{"Friends"sv, "Dating"sv, "Friends and dating"sv, "Networking"sv};
}
constexpr auto labels(CrushProfile::Completion) {
    return std::array{"Not started"sv, "Basics saved"sv, "About me saved"sv, "Photos saved"sv, "Submitted"sv};
}

/// Reviews profiles and runs events; cannot own an active dating profile (PROF-5).
struct CrushCoach {
    orm::Id<CrushCoach> id;
    orm::OneToOne<auth::User> user;
    orm::Char<100> specialization;
    orm::Text bio;
    std::int32_t max_active_reviews = 10;
    bool is_active = true;
    std::optional<orm::Timestamp> last_assigned_at;  ///< breaks ties between equally busy coaches (REV-3)

    static consteval auto meta() {
        using C = CrushCoach;
        return orm::model<"crush_lu", "crushcoach">(
            orm::related_name<&C::user>("crushcoach"),
            orm::check("crush_coach_max_reviews", orm::f<&C::max_active_reviews> >= 0));
    }
};

/// One review of a profile. A profile has at most one that is pending (REV-1).
struct ProfileSubmission {
    enum class Status { pending, approved, rejected, revision };

    orm::Id<ProfileSubmission> id;
    orm::ForeignKey<CrushProfile> profile;
    std::optional<orm::ForeignKey<CrushCoach, orm::on_delete::set_null>> coach;
    Status status{};
    orm::Timestamp created_at{};
    std::optional<orm::Timestamp> reviewed_at;
    orm::Text coach_notes;  ///< internal, never shown to the member
    orm::Text feedback_to_user;

    // REV-7: approval may be made to need a call with the member; see ReviewRules in reviews.hpp.
    bool screening_call_completed = false;
    std::optional<orm::Timestamp> screening_call_date;
    orm::Text screening_notes;  ///< internal, never shown to the member

    static consteval auto meta() {
        using S = ProfileSubmission;
        return orm::model<"crush_lu", "profilesubmission">(
            orm::ordering<orm::desc<&S::created_at>>, orm::auto_now_add<&S::created_at>,
            orm::related_name<&S::profile>("submissions"), orm::related_name<&S::coach>("submissions"),
            orm::index<&S::coach, &S::status>, orm::index<&S::status, &S::created_at>,
            orm::unique<&S::profile>.where(orm::f<&S::status> == Status::pending).named("crush_submission_one_pending"));
    }
};
constexpr auto labels(ProfileSubmission::Status) {
    return std::array{"Pending"sv, "Approved"sv, "Rejected"sv, "Revision Requested"sv};
}

}  // namespace crush_lu
