/// The vocabulary of the entrepreneurs' directory. Queries start from the user: likes and matches point at users.
///
///     db.count(orm::select<auth::User> | others_than(me) | with_profile | not_liked_by(me));
#pragma once

#include "entreprinder/models.hpp"
#include "matching/models.hpp"

namespace entreprinder {

/// Active people who have a profile; related<profile> loads it.
inline constexpr auto with_profile =
    orm::filter(orm::f<&auth::User::is_active> && orm::f<profile, &EntrepreneurProfile::id>.is_not_null());

/// is_complete() as a condition (SWP-1).
inline constexpr auto complete = orm::filter(orm::f<profile, &EntrepreneurProfile::headline> != orm::text<""> &&
                                             orm::f<profile, &EntrepreneurProfile::bio> != orm::text<"">);

inline auto others_than(orm::Id<auth::User> me) {
    return orm::filter(orm::f<&auth::User::id> != me);
}
inline auto not_liked_by(orm::Id<auth::User> me) {
    return orm::filter(!orm::exists(matching::likes_received.where(orm::f<&matching::Like::from_user> == me)));
}

inline auto profile_of(orm::Id<auth::User> user) {
    return orm::filter(orm::f<&EntrepreneurProfile::user> == user);
}

}  // namespace entreprinder
