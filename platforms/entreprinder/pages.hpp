/// Pages of PowerUP / Entreprinder; site.cpp puts them together.
#pragma once

#include "common/context.hpp"
#include "entreprinder/services.hpp"
#include "web/html.hpp"
#include "web/router.hpp"

namespace entreprinder {

void add_pages(web::Site& site, platform::Context& context);

/// An entrepreneur as others see one; for lists, the deck and one's own page.
void person(web::Html& out, const Card& card);

}  // namespace entreprinder
