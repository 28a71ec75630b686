#include "common/flash.hpp"

#include <boost/json/array.hpp>

#include "web/session.hpp"

namespace platform {

namespace {
constexpr std::string_view key = "messages";
constexpr std::size_t most = 10;  // a session is no mailbox
}  // namespace

void flash(web::Request& request, std::string_view text, Tone tone) {
    web::Session& session = request.get<web::Session>();
    boost::json::array list;
    if (const boost::json::value* waiting = session.find(key); waiting && waiting->is_array())
        list = waiting->get_array();
    if (list.size() >= most) return;
    list.push_back({static_cast<int>(tone), text});
    session.set(key, std::move(list));
}

std::vector<Message> take_messages(web::Request& request) {
    std::vector<Message> messages;
    web::Session* session = request.find<web::Session>();
    if (session == nullptr || !session->has(key)) return messages;
    const boost::json::value taken = session->take(key);
    if (!taken.is_array()) return messages;
    for (const boost::json::value& item : taken.get_array()) {
        if (!item.is_array() || item.get_array().size() != 2) continue;
        const auto& [tone, text] = std::pair{item.get_array()[0], item.get_array()[1]};
        if (!tone.is_int64() || !text.is_string()) continue;
        const auto number = tone.get_int64();
        messages.push_back(
            {number >= 0 && number <= 2 ? static_cast<Tone>(number) : Tone::info, std::string(text.get_string())});
    }
    return messages;
}

}  // namespace platform
