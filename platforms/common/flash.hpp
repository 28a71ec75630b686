/// Messages for the next page that this person sees, kept in the session and shown once by the layout.
///
///     platform::flash(request, tr("Your profile is saved."));
///     return web::Response::redirect(web::url(request, "/profile/"));
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/request.hpp"

namespace platform {

enum class Tone : std::uint8_t { good, info, bad };

struct Message {
    Tone tone = Tone::good;
    std::string text;
};

void flash(web::Request& request, std::string_view text, Tone tone = Tone::good);
/// Takes the waiting messages out of the session; none when there is no session.
std::vector<Message> take_messages(web::Request& request);

}  // namespace platform
