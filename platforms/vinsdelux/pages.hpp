/// Pages and endpoints of VinsDelux; site.cpp puts them together.
#pragma once

#include "common/context.hpp"
#include "web/router.hpp"

namespace vinsdelux {

void add_pages(web::Site& site, platform::Context& context);
void add_api(web::Site& site, platform::Context& context);
void add_reservation_api(web::Site& site, platform::Context& context);

}  // namespace vinsdelux
