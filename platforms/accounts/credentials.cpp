#include "accounts/credentials.hpp"

#include <algorithm>

#include "web/password.hpp"
#include "web/token.hpp"

namespace auth {

std::string normalize_email(std::string_view email) {
    return web::normalize_email(email);
}

bool acceptable_email(std::string_view normalized) {
    return web::looks_like_email(normalized) &&
           std::all_of(normalized.begin(), normalized.end(), [](unsigned char c) { return c < 0x80; });
}

namespace {
// Django writes the algorithm's name before the hash's own form: argon2$argon2id$v=19$…
constexpr std::string_view prefix = "argon2";

std::string_view without_prefix(std::string_view stored) {
    return stored.starts_with("argon2$") ? stored.substr(prefix.size()) : stored;
}
}  // namespace

std::string hash_password(std::string_view password) {
    return std::string(prefix) + web::hash_password(password);
}

bool password_is(const User* user, std::string_view password) {
    if (user == nullptr) {
        web::verify_password(password, web::dummy_hash());
        return false;
    }
    return web::verify_password(password, without_prefix(user->password));
}

bool hash_is_outdated(const User& user) {
    return web::needs_upgrade(without_prefix(user.password));
}

std::vector<std::string> password_problems(std::string_view password, const std::vector<std::string>& personal) {
    return web::password_problems(password, personal);
}

std::string session_stamp(const User& user) {
    return web::hex(web::sha256("session:" + user.password)).substr(0, 24);
}

}  // namespace auth
