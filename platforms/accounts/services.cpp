#include "accounts/services.hpp"

#include <algorithm>
#include <random>

#include "accounts/credentials.hpp"
#include "accounts/queries.hpp"
#include "common/repeatable.hpp"
#include "common/text.hpp"

namespace auth {

using orm::f;
using platform::Errors;
using platform::tr;

namespace {

constexpr std::size_t max_name = 30;
constexpr int username_tries = 5;

std::string trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

void check_name(Errors& errors, const std::string& field, const std::string& value, bool required) {
    try {
        if (orm::count_code_points(value) > max_name) errors.add(field, tr("At most 30 characters, please."));
    } catch (const orm::ValidationError&) {
        errors.add(field, tr("This contains characters that we cannot store."));
    }
    // A tab or line break that was pasted along would stand in the headers of every letter.
    if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return c < 32 || c == 127; }))
        errors.add(field, tr("This contains characters that we cannot store."));
    if (required && value.empty()) errors.add(field, tr("Please fill this in."));
}

void check_passwords(Errors& errors, std::string_view password, std::string_view again,
                     const std::vector<std::string>& personal) {
    const auto problems = password_problems(password, personal);
    if (!problems.empty()) errors.add("password", tr(problems.front()));
    if (password != again) errors.add("password2", tr("The two passwords are not the same."));
}

constexpr std::string_view taken = "There is an account with this address already. Would you like to log in?";

User make_user(const SignUp& form, std::string email) {
    User user;
    user.email = std::move(email);
    user.first_name = trimmed(form.first_name);
    user.last_name = trimmed(form.last_name);
    user.username = suggest_username(user.email);
    return user;
}

// The only unique things are address and username: while the address is free, another username will do.
bool insert_user(orm::Transaction& tx, User& user) {
    for (int attempt = 0;; ++attempt) {
        try {
            tx.atomic([&](orm::Transaction& inner) { inner.insert(user); });
            return true;
        } catch (const orm::UniqueViolation&) {
            if (tx.exists(orm::select<User> | with_email(user.email))) return false;
            if (attempt == username_tries) throw;
            user.id = {};
            user.username = suggest_username(user.email);
        }
    }
}

}  // namespace

std::string suggest_username(std::string_view email) {
    constexpr std::size_t most = 120;  // room for the suffix in 150
    std::string name;
    for (const char c : email.substr(0, std::min(email.find('@'), most)))
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-') name += c;
    if (name.empty()) name = "user";
    thread_local std::mt19937_64 random(std::random_device{}());
    return name + "-" + std::to_string(random() % 90'000'000 + 10'000'000);
}

SignUpResult sign_up(orm::Executor& db, const SignUp& form,
                     const std::function<void(orm::Transaction&, const User&)>& also) {
    SignUpResult result{std::nullopt, form.other_errors};
    Errors& errors = result.errors;
    User user = make_user(form, normalize_email(form.email));
    if (!acceptable_email(user.email)) errors.add("email", tr("Please enter a valid e-mail address."));
    check_name(errors, "first_name", user.first_name, form.names_required);
    check_name(errors, "last_name", user.last_name, form.names_required);
    check_passwords(errors, form.password, form.password2, {user.email, user.first_name, user.last_name});
    if (errors.empty() && db.exists(orm::select<User> | with_email(user.email))) errors.add("email", tr(taken));
    if (!errors.empty()) return result;

    user.password = hash_password(form.password);  // slow on purpose, so not inside the transaction
    result.user = db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> std::optional<User> {
        User fresh = user;  // a key from a try that was rolled back is nobody's
        if (!insert_user(tx, fresh)) return std::nullopt;
        EmailAddress address;
        address.user = fresh.id;
        address.email = fresh.email;
        address.primary = true;
        tx.insert(address);
        if (also) also(tx, fresh);
        return fresh;
    });
    if (!result.user) errors.add("email", tr(taken));
    return result;
}

std::optional<User> log_in(orm::Executor& db, std::string_view email, std::string_view password) {
    const std::string address = normalize_email(email);
    std::optional<User> user;
    if (acceptable_email(address)) user = db.first(orm::select<User> | with_email(address));
    if (!password_is(user && user->is_active ? &*user : nullptr, password)) return std::nullopt;
    const std::string before = user->password;
    user->last_login = orm::utc_now();
    if (hash_is_outdated(*user)) user->password = hash_password(password);
    // Only while the account is still as it was read: no deactivation, no new password in between.
    const auto changed = db.update(
        orm::select<User> | with_id(user->id) | active | orm::filter(f<&User::password> == before),
        orm::set<& User::last_login> = user->last_login, orm::set<& User::password> = std::string(user->password));
    if (changed == 0) return std::nullopt;
    return user;
}

std::optional<User> user_of_session(orm::Executor& db, orm::Id<User> id, std::string_view stamp) {
    auto user = db.first(orm::select<User> | with_id(id) | active);
    if (user && session_stamp(*user) != stamp) user.reset();
    return user;
}

Errors change_password(orm::Executor& db, orm::Id<User> id, std::string_view password, std::string_view password2) {
    Errors errors;
    const auto user = db.find(id);
    if (!user) {
        errors.add("", tr("This account no longer exists."));
        return errors;
    }
    check_passwords(errors, password, password2, {user->email, user->first_name, user->last_name});
    if (!errors.empty()) return errors;
    db.update(orm::select<User> | with_id(id), orm::set<& User::password> = hash_password(password));
    return errors;
}

bool has_verified_email(orm::Executor& db, orm::Id<User> id) {
    return db.exists(orm::select<User> | with_id(id) | verified);
}

bool verify_email(orm::Executor& db, orm::Id<User> id) {
    try {
        return db.atomic([&](orm::Transaction& tx) {
            const User user = tx.get(id);
            const auto [address, made] =
                tx.get_or_create(orm::select<EmailAddress> |
                                     orm::filter(f<&EmailAddress::user> == id && f<&EmailAddress::email> == user.email),
                                 [&] {
                                     EmailAddress fresh;
                                     fresh.user = id;
                                     fresh.email = user.email;
                                     fresh.primary = true;
                                     return fresh;
                                 });
            tx.update(orm::select<EmailAddress> | orm::filter(f<&EmailAddress::id> == address.id),
                      orm::set<& EmailAddress::verified> = true);
            return true;
        });
    } catch (const orm::UniqueViolation&) {
        return false;
    }
}

std::uint64_t end_sessions(orm::Executor& db, orm::Id<User> id) {
    // Inside of a text a quote is escaped, so this is the key itself, however the guest's other data read.
    const std::string entry = "\"user_id\":" + std::to_string(id.value);
    const auto data = f<&Session::session_data>;
    return db.erase(orm::select<Session> | orm::filter(data.contains(entry + ",") || data.contains(entry + "}")));
}

std::uint64_t sweep_sessions(orm::Executor& db, orm::Timestamp now) {
    return db.erase(orm::select<Session> | expired_sessions(now));
}

}  // namespace auth
