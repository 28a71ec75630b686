/// Components that several pages share, and the words for what the rules say.
#pragma once

#include <string>
#include <string_view>

#include "crush_lu/events.hpp"
#include "web/html.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace crush_lu {

/// "/de/events/7/register/"; `rest` may be empty.
std::string event_url(const web::Request& request, orm::Id<MeetupEvent> event, std::string_view rest = {});

/// "Free", "€ 12.50".
std::string price(const MeetupEvent& event);
/// Venue and town, else the event's own words.
std::string place(const MeetupEvent& event, const std::optional<Venue>& venue);
/// "25 to 35", "from 30", "18 and over".
std::string ages(const MeetupEvent& event);
/// "7 seats left", "Last seat", "Waiting list open", "Registration closed", "Cancelled".
std::string availability(const EventCard& card, orm::Timestamp now);

/// What a status is called towards the member, and the colour of its badge.
struct StatusWords {
    std::string_view label;
    std::string_view tone;  ///< a class of .badge
};
StatusWords words_for(EventRegistration::Status status);

/// What to tell somebody who cannot register.
struct RefusalWords {
    int status;  ///< of the answer
    std::string title;
    std::string text;
    std::string_view action{};  ///< label of the button, if there is a way on
    std::string_view path{};    ///< page path of the button
};
RefusalWords words_for(Refusal refusal, const MeetupEvent& event);

/// 404 for what nobody may see and for what is not there, which look the same (PRV-1); a guest may be an invited member
/// who is logged out, so the page offers to log in.
web::Response no_such_event(web::Request& request);

/// The card of a list.
void event_card(web::Html& out, const web::Request& request, const EventCard& card, orm::Timestamp now);
/// The calendar leaf.
void date_tile(web::Html& out, orm::Timestamp moment);

}  // namespace crush_lu
