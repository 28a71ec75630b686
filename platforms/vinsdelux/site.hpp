/// vinsdelux.com: its pages and JSON endpoints on the shared frame.
#pragma once

#include "common/context.hpp"
#include "web/router.hpp"

namespace vinsdelux {

/// `context` outlives the site.
web::Site site(platform::Context& context);

}  // namespace vinsdelux
