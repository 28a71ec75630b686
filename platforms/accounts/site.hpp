/// A site with everything that all sites share: sessions, CSRF, who is logged in, languages, static files, error pages,
/// and the pages to sign up, log in and log out.
///
///     web::Site site(platform::Context& context) {
///         web::Site result = auth::make_site(context, brand, {.ask_names = true, .after_sign_up =
///         "/create-profile/"}); result.pages().get("/events/", ...); return result;
///     }
///     const auth::User* user = auth::user(request);        // null: nobody; loaded once per request
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/models.hpp"
#include "common/context.hpp"
#include "common/layout.hpp"
#include "common/visitor.hpp"
#include "web/router.hpp"

namespace auth {

/// One more thing to ask at sign-up.
struct ExtraField {
    std::string_view name;
    std::string_view label;
    std::size_t max_length = 200;
    std::string_view autocomplete = "off";
};

struct AccountOptions {
    bool ask_names = false;                ///< first and last name are required
    std::vector<ExtraField> extra{};       ///< required texts
    std::string_view after_sign_up = "/";  ///< page path
    /// Runs in the transaction that creates the user.
    std::function<void(orm::Transaction&, const User&, const web::Params& form)> on_sign_up{};
    /// Where this user goes after log-in when there is no ?next=; a page path. None: Brand::home_of_member.
    std::function<std::optional<std::string>(web::Request&, const User&)> after_log_in{};
};

/// `context` and `brand` outlive the site.
web::Site make_site(platform::Context& context, const platform::Brand& brand, AccountOptions options = {});

/// Who is logged in: the whole row, read once per request. platform::visitor is the same with less in it.
const User* user(web::Request& request);
/// Throws platform::LoginNeeded.
const User& require_user(web::Request& request);

/// Ties the session to the user: new key, guest data kept, another user's data dropped.
void start_session(web::Request& request, const User& user);
void end_session(web::Request& request);

}  // namespace auth
