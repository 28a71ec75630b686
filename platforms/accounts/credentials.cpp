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

std::string hash_password(std::string_view password) {
    return web::hash_password(password);
}

bool password_is(const User* user, std::string_view password) {
    if (user == nullptr) {
        web::verify_password(password, web::dummy_hash());
        return false;
    }
    return web::verify_password(password, user->password);
}

bool hash_is_outdated(const User& user) {
    return web::needs_upgrade(user.password);
}

std::vector<std::string> password_problems(std::string_view password, const std::vector<std::string>& personal) {
    return web::password_problems(password, personal);
}

std::string session_stamp(const User& user) {
    return web::hex(web::sha256("session:" + user.password)).substr(0, 24);
}

}  // namespace auth
