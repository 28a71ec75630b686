/// The vocabulary of accounts: stages for queries over users, their addresses and sessions.
#pragma once

#include <string_view>

#include "accounts/models.hpp"

namespace auth {

inline constexpr auto active = orm::filter(orm::f<&User::is_active>);

/// Users whose proven addresses include their own e-mail address or another one (SWP-4).
inline constexpr auto verified = orm::filter(orm::exists(email_addresses.where(orm::f<&EmailAddress::verified>)));

inline auto with_id(orm::Id<User> id) {
    return orm::filter(orm::f<&User::id> == id);
}

/// `normalized` comes from normalize_email(). The unique index over lower(email) answers it.
inline auto with_email(std::string_view normalized) {
    return orm::filter(orm::lower(orm::f<&User::email>) == normalized && orm::f<&User::email> != orm::text<"">);
}

inline auto live_session(std::string_view key, orm::Timestamp now) {
    return orm::filter(orm::f<&Session::session_key> == key && orm::f<&Session::expire_date> > now) |
           orm::named<"live session">;
}
inline auto expired_sessions(orm::Timestamp now) {
    return orm::filter(orm::f<&Session::expire_date> <= now);
}

}  // namespace auth
