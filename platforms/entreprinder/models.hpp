/// Entreprinder / PowerUP: who the entrepreneurs are.
///
///     auto rows = db.all(orm::select<EntrepreneurProfile> | orm::related<&EntrepreneurProfile::user>
///                        | orm::prefetch(orm::related_set<&EntrepreneurProfile::industries>));
#pragma once

#include "accounts/models.hpp"

namespace entreprinder {

struct Industry {
    orm::Id<Industry> id;
    orm::Char<100> name;

    static consteval auto meta() {
        return orm::model<"entreprinder", "industry">(orm::ordering<&Industry::name>, orm::unique<&Industry::name>);
    }
};

struct Skill {
    orm::Id<Skill> id;
    orm::Char<100> name;

    static consteval auto meta() {
        return orm::model<"entreprinder", "skill">(orm::ordering<&Skill::name>, orm::unique<&Skill::name>);
    }
};

/// One per user, created on the first visit; `company` is asked at sign-up, the photo is optional.
struct EntrepreneurProfile {
    orm::Id<EntrepreneurProfile> id;
    orm::OneToOne<auth::User> user;
    orm::Char<200> headline;
    orm::Char<200> company;
    orm::Text bio;
    orm::ManyToMany<Industry> industries;
    orm::ManyToMany<Skill> skills;
    orm::Url<200> linkedin_url;
    orm::Image<100> profile_photo;

    static consteval auto meta() {
        using P = EntrepreneurProfile;
        return orm::model<"entreprinder", "entrepreneurprofile">(orm::related_name<&P::user>("entrepreneurprofile"),
                                                                 orm::related_name<&P::industries>("profiles"),
                                                                 orm::related_name<&P::skills>("profiles"));
    }
};

/// The other directions.
inline constexpr auto profile = orm::reverse<&EntrepreneurProfile::user>;
inline constexpr auto industries = orm::related_set<&EntrepreneurProfile::industries>;
inline constexpr auto skills = orm::related_set<&EntrepreneurProfile::skills>;
inline constexpr auto profiles_of_industry = orm::reverse<&EntrepreneurProfile::industries>;
inline constexpr auto profiles_of_skill = orm::reverse<&EntrepreneurProfile::skills>;

/// Ready to be shown to others (SWP-1); `complete` in queries.hpp is the same as a condition.
inline bool is_complete(const EntrepreneurProfile& p) {
    return !p.headline.empty() && !p.bio.empty();
}

orm::schema::State state();
void register_models();

}  // namespace entreprinder
