/// Locking people: the first step of everything that one or two members do with each other, and of deleting an account.
///
///     const auto both = lock_people(tx, {me, other});
///     if (both.size() < 2) return refused;                 // somebody is gone
///     if (!may_meet(both[0]) || !may_meet(both[1])) ...    // PROF-7
///
/// Rows are taken by ascending key, before any other row: see docs/topics/locks.md.
#pragma once

#include <optional>
#include <vector>

#include "crush_lu/queries.hpp"

namespace crush_lu {

struct Member {
    auth::User user;
    std::optional<CrushProfile> profile;
};

/// Those of `users` that exist, by ascending key; locked until the transaction ends. Rows that merely refer to them
/// (FOR KEY SHARE) need not wait.
std::vector<Member> lock_people(orm::Transaction& tx, std::vector<orm::Id<auth::User>> users);

/// Whether others may see and reach this member (PROF-7).
inline bool may_meet(const Member& member) {
    return member.user.is_active && member.profile && member.profile->is_active;
}
/// All of these people exist and may be met.
bool all_may_meet(const std::vector<Member>& members, std::size_t wanted);

/// How others see this person (PROF-4), with or without a profile.
inline std::string display_name(const Member& member) {
    return display_name(member.user, member.profile ? *member.profile : CrushProfile{});
}

}  // namespace crush_lu
