/// powerup.lu and entreprinder.app: directory, own profile, and the deck of matching/.
#pragma once

#include "common/context.hpp"
#include "web/router.hpp"

namespace entreprinder {

/// `context` outlives the site.
web::Site site(platform::Context& context);

}  // namespace entreprinder
