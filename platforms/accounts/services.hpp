/// What people can do with their account; no HTTP in here.
///
///     auto joined = auth::sign_up(db, {.email = "anna@example.lu", .password = "correct horse", .password2 = ...});
///     if (!joined.user) show(joined.errors);
///     std::optional<auth::User> user = auth::log_in(db, " Anna@example.LU", "correct horse");
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "accounts/models.hpp"
#include "common/errors.hpp"

namespace auth {

struct SignUp {
    std::string email{};
    std::string password{};
    std::string password2{};
    std::string first_name{};
    std::string last_name{};
    bool names_required = false;      ///< Crush asks them, at most 30 characters each
    platform::Errors other_errors{};  ///< of what the platform asks besides: shown together, and nobody joins
};

struct SignUpResult {
    std::optional<User> user{};
    platform::Errors errors{};  ///< by field: email, password, password2, first_name, last_name
};

/// AUTH-1, AUTH-2. `also` runs in the same transaction: the platform's own rows, statements and nothing else, because
/// it may run again (platform::repeatable). Two simultaneous calls with one address give one account and one error for
/// `email`.
SignUpResult sign_up(orm::Executor& db, const SignUp& form,
                     const std::function<void(orm::Transaction&, const User&)>& also = {});

/// The user whose address and password these are, if active; nothing otherwise, without saying which of the two was
/// wrong, and after the same work (AUTH-4). An old hash is replaced by a new one.
std::optional<User> log_in(orm::Executor& db, std::string_view email, std::string_view password);

/// The active user of a session, or nothing: deactivated, deleted, or the password changed since (`stamp`).
std::optional<User> user_of_session(orm::Executor& db, orm::Id<User> id, std::string_view stamp);

/// Sets a new password; every session of the user ends. The errors are under `password` and `password2`.
platform::Errors change_password(orm::Executor& db, orm::Id<User> id, std::string_view password,
                                 std::string_view password2);

/// Whether the user has a proven address (SWP-4).
bool has_verified_email(orm::Executor& db, orm::Id<User> id);
/// Records the user's own address as proven. False when another account has proven it before.
bool verify_email(orm::Executor& db, orm::Id<User> id);

/// A username nobody has, made from the part of the address before the @.
std::string suggest_username(std::string_view email);

/// Removes every session of this user, also those of other hosts (DEL-1). Reads the whole table, so it is for accounts
/// that go.
std::uint64_t end_sessions(orm::Executor& db, orm::Id<User> id);

/// Removes sessions that are over; for a timer. Returns how many.
std::uint64_t sweep_sessions(orm::Executor& db, orm::Timestamp now);

}  // namespace auth
