/// Sign-up, log-in and log-out, on every host in its own dress; added by make_site.
#pragma once

#include "accounts/site.hpp"

namespace auth {

void add_account_pages(web::Site& site, platform::Context& context, const platform::Brand& brand,
                       AccountOptions options);

}  // namespace auth
