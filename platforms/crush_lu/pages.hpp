/// The pages of Crush.lu, by what they are about; site() puts them together. HTTP in, one call of a service, a page
/// out.
#pragma once

#include "common/context.hpp"
#include "web/router.hpp"

namespace crush_lu {

void add_public_pages(web::Site& site, platform::Context& context);        // home and the pages that only tell
void add_event_pages(web::Site& site, platform::Context& context);         // list, one event
void add_registration_pages(web::Site& site, platform::Context& context);  // register, cancel
void add_member_pages(web::Site& site, platform::Context& context);        // dashboard, own profile

}  // namespace crush_lu
