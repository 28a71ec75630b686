#include "crush_lu/site.hpp"

#include "accounts/site.hpp"
#include "crush_lu/clock.hpp"
#include "crush_lu/letters.hpp"
#include "crush_lu/models.hpp"
#include "crush_lu/pages.hpp"

namespace crush_lu {

namespace {

using For = platform::NavItem::For;

const platform::Brand brand{.folder = "crush_lu",
                            .name = "Crush.lu",
                            .tagline = "Meet in person. The rest follows.",
                            .theme_colour = "#4a1230",
                            .nav = {{"Events", "/events/"},
                                    {"How it works", "/how-it-works/"},
                                    {"About", "/about/", For::guests},
                                    {"My Crush", "/dashboard/", For::members}},
                            .login = "/login/",
                            .signup = "/signup/",
                            .logout = "/logout/",
                            .home_of_member = "/dashboard/"};

}  // namespace

web::Site site(platform::Context& context) {
    use_time_zone(context.settings.time_zone);
    register_models();
    web::Site result = auth::make_site(context, brand,
                                       {.ask_names = true,
                                        .after_sign_up = "/create-profile/",
                                        .on_sign_up = [](orm::Transaction& tx, const auth::User& fresh,
                                                         const web::Params&) { letters::welcome(tx, fresh.id); }});
    add_public_pages(result, context);
    add_event_pages(result, context);
    add_registration_pages(result, context);
    add_member_pages(result, context);
    return result;
}

}  // namespace crush_lu
