#include "crush_lu/view.hpp"

#include "accounts/site.hpp"
#include "common/layout.hpp"
#include "common/text.hpp"
#include "web/language.hpp"
#include "web/url.hpp"

namespace crush_lu {

using platform::tr;
using platform::tr_n;

std::string event_url(const web::Request& request, orm::Id<MeetupEvent> event, std::string_view rest) {
    return web::url(request, "/events/" + std::to_string(event.value) + "/" + std::string(rest));
}

std::string price(const MeetupEvent& event) {
    if (event.registration_fee.units == 0) return std::string(tr("Free"));
    return "€ " + event.registration_fee.to_string();
}

std::string place(const MeetupEvent& event, const std::optional<Venue>& venue) {
    if (!venue) return event.location;
    if (venue->city.empty()) return venue->name;
    return venue->name + ", " + venue->city;
}

std::string ages(const MeetupEvent& event) {
    if (event.max_age >= 99) return tr("{} and over", std::to_string(event.min_age));
    return tr("{} to {}", std::to_string(event.min_age), std::to_string(event.max_age));
}

std::string availability(const EventCard& card, orm::Timestamp now) {
    const MeetupEvent& event = card.event;
    if (event.is_cancelled) return std::string(tr("Cancelled"));
    if (!is_accepting(event, now)) return std::string(tr("Registration closed"));
    if (is_full(event, card.held)) return std::string(tr("Waiting list open"));
    const std::int64_t left = spots_remaining(event, card.held);
    return left == 1 ? std::string(tr("Last seat")) : tr_n("{} seat left", "{} seats left", left);
}

StatusWords words_for(EventRegistration::Status status) {
    switch (status) {
        case EventRegistration::Status::pending:
            return {tr("Seat held, payment due"), "warm"};
        case EventRegistration::Status::confirmed:
            return {tr("You're in"), "good"};
        case EventRegistration::Status::waitlist:
            return {tr("On the waiting list"), "warm"};
        case EventRegistration::Status::attended:
            return {tr("You were there"), "good"};
        case EventRegistration::Status::no_show:
            return {tr("Missed"), "quiet"};
        case EventRegistration::Status::cancelled:
            break;
    }
    return {tr("Cancelled"), "quiet"};
}

RefusalWords words_for(Refusal refusal, const MeetupEvent& event) {
    switch (refusal) {
        case Refusal::closed:
            return {409, std::string(tr("Registration is closed")),
                    std::string(tr("This evening takes no more registrations. Others are waiting for you.")),
                    tr("See all events"), "/events/"};
        case Refusal::no_profile:
            return {403, std::string(tr("First, a few words about you")),
                    std::string(tr("Our events are for members with a profile. It takes about five minutes.")),
                    tr("Create my profile"), "/create-profile/"};
        case Refusal::not_approved:
            return {
                403, std::string(tr("Your profile is not approved yet")),
                std::string(tr("A coach reads every profile before its owner joins an event. You will find the answer "
                               "on your page.")),
                tr("See where my profile stands"), "/profile-submitted/"};
        case Refusal::inactive:
            return {
                403, std::string(tr("Your profile is switched off")),
                std::string(tr("As long as it is switched off you cannot join events. Write to us to change that.")),
                tr("My Crush"), "/dashboard/"};
        case Refusal::no_birth_date:
            return {403, std::string(tr("We miss your date of birth")),
                    std::string(tr("This event has an age range, so your profile needs a date of birth.")),
                    tr("Complete my profile"), "/create-profile/"};
        case Refusal::too_young:
        case Refusal::too_old:
            return {403, std::string(tr("This one is for another age group")),
                    tr("The age range of this event is {}, on the day it takes place.", ages(event)),
                    tr("See all events"), "/events/"};
        case Refusal::invalid_details:
            return {422, std::string(tr("Please shorten your notes")),
                    tr("Up to {} characters for food and {} for wishes.",
                       std::to_string(RegistrationDetails::longest_dietary),
                       std::to_string(RegistrationDetails::longest_requests))};
        case Refusal::login_required:
        case Refusal::not_found:
            break;
    }
    return {404, std::string(tr("We could not find that page")), std::string(tr("There is no such event."))};
}

web::Response no_such_event(web::Request& request) {
    const bool guest = auth::user(request) == nullptr;
    web::Params next;
    next.add("next", request.is_get() ? request.target() : web::url(request, "/events/"));
    return platform::page(
        request, {.title = std::string(tr("We could not find that event"))},
        [&](web::Html& out) {
            out.write<R"(<section class="section error-page"><div class="wrap narrow"><h1>{}</h1><p class="lead">{}</p>
<p class="actions">{}<a class="button" href="{}">{}</a></p></div></section>)">(
                tr("We could not find that event"),
                guest ? tr("If you were invited to a private evening, log in to see it.")
                      : tr("It may be over, or for invited guests only."),
                web::when(guest,
                          [&](web::Html& o) {
                              o.write<R"(<a class="button secondary" href="{}">{}</a>)">(
                                  web::url(request, "/login/") + "?" + web::build_query(next), tr("Log in"));
                          }),
                web::url(request, "/events/"), tr("See all events"));
        },
        404);
}

void date_tile(web::Html& out, orm::Timestamp moment) {
    const orm::Date day = local_date(moment);
    const std::string month = short_date(moment).substr(7);
    const std::string weekday = short_date(moment).substr(0, 3);
    out.write<R"(<time class="date-tile" datetime="{}"><span>{}</span><b>{}</b><span>{}</span></time>)">(
        iso_local(moment), weekday, unsigned(day.day()), month);
}

void event_card(web::Html& out, const web::Request& request, const EventCard& card, orm::Timestamp now) {
    const MeetupEvent& event = card.event;
    const bool open = is_registration_open(event, card.held, now);
    out.write<R"(<li class="card card-link event type-{}">{}<div class="event-body">
<ul class="badges"><li class="badge">{}</li>{}{}</ul>
<h3><a href="{}">{}</a></h3>
<p class="event-where">{} · {}</p>
<p class="event-foot"><span class="seats {}">{}</span><span class="price">{}</span></p>
</div></li>)">(
        orm::to_string(event.event_type), [&](web::Html& o) { date_tile(o, event.event_date); },
        tr(orm::label_of(event.event_type)),
        web::when(event.is_private_invitation,
                  [](web::Html& o) { o.write<R"(<li class="badge quiet">{}</li>)">(tr("By invitation")); }),
        web::when(card.registered(),
                  [&](web::Html& o) {
                      const StatusWords words = words_for(*card.own);
                      o.write<R"(<li class="badge {}">{}</li>)">(words.tone, words.label);
                  }),
        event_url(request, event.id), event.title, clock_time(event.event_date), place(event, card.venue),
        open ? "open" : "shut", availability(card, now), price(event));
}

}  // namespace crush_lu
