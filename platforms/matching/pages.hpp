/// The deck and the matches, as pages of the PowerUP site and as one JSON action.
#pragma once

#include "common/context.hpp"
#include "web/router.hpp"

namespace matching {

void add_pages(web::Site& site, platform::Context& context);

}  // namespace matching
