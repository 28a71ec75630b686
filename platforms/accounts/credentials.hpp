/// E-mail addresses and passwords as the rules see them; the cryptography behind them is web/password.hpp's.
///
///     std::string address = auth::normalize_email(" Anna@Example.LU ");          // "anna@example.lu"
///     if (auth::password_is(user, given)) ...
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "accounts/models.hpp"

namespace auth {

/// Blanks off, lower case. Two addresses are the same account when these are equal (AUTH-1).
std::string normalize_email(std::string_view email);
/// Plausible, and plain ASCII: only then do both databases agree on what "ignoring case" means.
bool acceptable_email(std::string_view normalized);

/// In Django's form, so that either can check the other's.
std::string hash_password(std::string_view password);
/// Takes as long for nobody (`user` null) as for a wrong password (AUTH-4).
bool password_is(const User* user, std::string_view password);
bool hash_is_outdated(const User& user);
/// What AUTH-2 says against it, as messages for tr(); at most 8 to 1024 bytes, not common, not like `personal`.
std::vector<std::string> password_problems(std::string_view password, const std::vector<std::string>& personal);

/// Changes whenever the password does: sessions keep it, so that a new password ends the old ones (SES-1).
std::string session_stamp(const User& user);

}  // namespace auth
