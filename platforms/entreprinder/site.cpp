#include "entreprinder/site.hpp"

#include "accounts/site.hpp"
#include "entreprinder/pages.hpp"
#include "matching/pages.hpp"

namespace entreprinder {

namespace {
using Who = platform::NavItem::For;
const platform::Brand brand{.folder = "entreprinder",
                            .name = "PowerUP",
                            .tagline = "Entrepreneurs of Luxembourg, meet.",
                            .theme_colour = "#0d3b3e",
                            .nav = {{"Home", "/"},
                                    {"Entrepreneurs", "/entrepreneurs/", Who::members},
                                    {"Discover", "/matching/swipe/", Who::members},
                                    {"Matches", "/matching/matches/", Who::members}},
                            .home_of_member = "/profile/"};
}  // namespace

web::Site site(platform::Context& context) {
    web::Site site =
        auth::make_site(context, brand,
                        {.extra = {{.name = "company", .label = "Company", .autocomplete = "organization"}},
                         .after_sign_up = "/profile/",
                         .on_sign_up = [](orm::Transaction& tx, const auth::User& user, const web::Params& form) {
                             create_profile(tx, user.id, form.get("company"));
                         }});
    add_pages(site, context);
    matching::add_pages(site, context);
    return site;
}

}  // namespace entreprinder
