/// Crush.lu's web site: which page answers where.
///
///     web::Site crush = crush_lu::site(context);
///     hosts.add("crush.lu", {"crush.localhost"}, std::ref(crush));
#pragma once

#include "common/context.hpp"
#include "web/router.hpp"

namespace crush_lu {

/// `context` outlives the site.
web::Site site(platform::Context& context);

}  // namespace crush_lu
