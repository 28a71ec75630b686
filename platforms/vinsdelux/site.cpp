#include "vinsdelux/site.hpp"

#include "accounts/site.hpp"
#include "vinsdelux/pages.hpp"

namespace vinsdelux {

namespace {
const platform::Brand brand{.folder = "vinsdelux",
                            .name = "VinsDelux",
                            .tagline = "Adopt a row of vines on the Moselle.",
                            .theme_colour = "#4a1526",
                            .nav = {{"Home", "/"}, {"Producers", "/producers/"}}};
}  // namespace

web::Site site(platform::Context& context) {
    web::Site site = auth::make_site(context, brand, {.ask_names = true});
    add_pages(site, context);
    add_reservation_api(site, context);
    add_api(site, context);
    return site;
}

}  // namespace vinsdelux
