#include "crush_lu/people.hpp"

namespace crush_lu {

using orm::f;

std::vector<Member> lock_people(orm::Transaction& tx, std::vector<orm::Id<auth::User>> users) {
    // The lock first, then what is read under it: a profile may have been hidden while we waited.
    tx.all(orm::select<auth::User> | orm::filter(f<&auth::User::id>.in(users)) | orm::order_by<&auth::User::id> |
           orm::for_no_key_update);
    return tx.all(orm::select<auth::User> | orm::filter(f<&auth::User::id>.in(users)) | orm::related<crushprofile> |
                  orm::order_by<&auth::User::id> | orm::as<Member>);
}

bool all_may_meet(const std::vector<Member>& members, std::size_t wanted) {
    return members.size() == wanted && std::ranges::all_of(members, may_meet);
}

}  // namespace crush_lu
