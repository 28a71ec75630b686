// Registering for an event and cancelling.
#include "accounts/site.hpp"
#include "common/flash.hpp"
#include "common/form.hpp"
#include "common/layout.hpp"
#include "crush_lu/pages.hpp"
#include "crush_lu/view.hpp"
#include "web/csrf.hpp"
#include "web/language.hpp"

namespace crush_lu {

namespace {

using platform::tr;
using Status = EventRegistration::Status;

orm::Id<MeetupEvent> event_id(const web::Request& request) {
    return orm::Id<MeetupEvent>(request.id("id"));
}

// Registering ---------------------------------------------------------------------------------------------------------

web::Response refused(web::Request& request, const MeetupEvent& event, Refusal reason) {
    const RefusalWords words = words_for(reason, event);
    return platform::page(
        request, {.title = words.title},
        [&](web::Html& out) {
            out.write<R"(<section class="section"><div class="wrap form-page"><p class="eyebrow">{}</p><h1>{}</h1>
<p class="lead">{}</p><p class="actions">{}<a class="button secondary" href="{}">{}</a></p></div></section>)">(
                event.title, words.title, words.text,
                web::when(!words.path.empty(),
                          [&](web::Html& o) {
                              o.write<R"(<a class="button" href="{}">{}</a>)">(web::url(request, words.path),
                                                                               words.action);
                          }),
                event_url(request, event.id), tr("Back to the event"));
        },
        words.status);
}

web::Response register_form(web::Request& request, const EventDetail& detail, const RegistrationDetails& given,
                            const platform::Errors& errors) {
    const MeetupEvent& event = detail.card.event;
    const bool full = is_full(event, detail.card.held);
    return platform::page(
        request, {.title = tr("Register: {}", std::string_view(event.title))},
        [&](web::Html& out) {
            out.write<R"(<section class="section"><div class="wrap form-page"><p class="eyebrow">{} · {}</p><h1>{}</h1>
<p class="lead">{}</p><form class="form-card" method="post" novalidate>{}{}{}{}
<button class="button wide">{}</button><p class="form-foot"><a href="{}">{}</a></p></form></div></section>)">(
                short_date(event.event_date), clock_time(event.event_date), event.title,
                full ? tr("All seats are taken. Join the waiting list, and you move up as soon as somebody cancels.")
                     : tr("One more step, and there is a chair with your name."),
                web::csrf_field(request), platform::FormErrors{errors},
                platform::Field{.name = "dietary_restrictions",
                                .label = tr("Anything you do not eat or drink?"),
                                .value = given.dietary_restrictions,
                                .error = errors.of("dietary_restrictions"),
                                .max_length = RegistrationDetails::longest_dietary},
                platform::TextArea{.name = "special_requests",
                                   .label = tr("A wish, or something your host should know"),
                                   .value = given.special_requests,
                                   .error = errors.of("special_requests"),
                                   .hint = tr("Only the hosts read this."),
                                   .max_length = RegistrationDetails::longest_requests,
                                   .rows = 4},
                full ? tr("Join the waiting list") : tr("Register"), event_url(request, event.id), tr("Not now"));
        },
        errors.empty() ? 200 : 422);
}

void tell_result(web::Request& request, const RegistrationResult& result) {
    if (result.waitlisted())
        platform::flash(request, tr("You are number {} in the waiting list.", std::to_string(result.position)),
                        platform::Tone::info);
    else if (result.status == Status::pending)
        platform::flash(request, tr("Your seat is held. Please pay the fee at the door."));
    else if (result.status == Status::confirmed)
        platform::flash(request, tr("You're in. We look forward to meeting you."));
}

web::Response register_page(web::Request& request, orm::Database& db) {
    const orm::Id<auth::User> user = auth::require_user(request).id;
    const orm::Id<MeetupEvent> event = event_id(request);
    RegistrationDetails given;
    platform::Errors errors;
    if (request.is_post()) {
        given = {std::string(request.form().get("dietary_restrictions")),
                 std::string(request.form().get("special_requests"))};
        const RegistrationResult result = register_for_event(db, user, event, given);
        if (!result.refusal) {
            tell_result(request, result);
            return web::Response::redirect(event_url(request, event));
        }
        if (result.refusal == Refusal::invalid_details)
            errors.add("", words_for(Refusal::invalid_details, {}).text);
        else if (result.refusal != Refusal::not_found)
            if (const auto detail = event_detail(db, user, event, orm::utc_now()))
                return refused(request, detail->card.event, *result.refusal);
    }
    const auto detail = event_detail(db, user, event, orm::utc_now());
    if (!detail) return no_such_event(request);
    if (detail->card.registered()) return web::Response::redirect(event_url(request, event), 302);
    if (detail->refusal) return refused(request, detail->card.event, *detail->refusal);
    return register_form(request, *detail, given, errors);
}

// Cancelling ----------------------------------------------------------------------------------------------------------

web::Response cancel_form(web::Request& request, const OwnRegistration& own) {
    const bool waits = own.registration.status == Status::waitlist;
    return platform::page(request, {.title = std::string(tr("Cancel"))}, [&](web::Html& out) {
        out.write<R"(<section class="section"><div class="wrap form-page"><p class="eyebrow">{}</p><h1>{}</h1>
<p class="lead">{}</p><form class="form-card" method="post">{}<button class="button wide">{}</button>
<p class="form-foot"><a href="{}">{}</a></p></form></div></section>)">(
            own.event.title, waits ? tr("Leave the waiting list?") : tr("Cancel your seat?"),
            waits ? tr("You can come back, at the end of the line.")
                  : tr("Your seat goes to the next in line at once. If you come back later, it is at the end of the "
                       "line."),
            web::csrf_field(request), waits ? tr("Leave the waiting list") : tr("Yes, cancel my seat"),
            event_url(request, own.event.id), tr("No, I am coming"));
    });
}

void tell_cancelled(web::Request& request, CancelResult::Outcome outcome) {
    using Outcome = CancelResult::Outcome;
    if (outcome == Outcome::cancelled || outcome == Outcome::already_cancelled)
        platform::flash(request, tr("You are off the list. See you another time."), platform::Tone::info);
    else
        platform::flash(request, tr("The evening has begun: it is too late to cancel."), platform::Tone::bad);
}

web::Response cancel_page(web::Request& request, orm::Database& db) {
    const orm::Id<auth::User> user = auth::require_user(request).id;
    const orm::Id<MeetupEvent> event = event_id(request);
    if (request.is_post()) {
        const CancelResult result = cancel_registration(db, user, event);
        if (result.outcome == CancelResult::Outcome::not_found) return no_such_event(request);
        tell_cancelled(request, result.outcome);
        return web::Response::redirect(web::url(request, "/dashboard/"));
    }
    const auto own = own_registration(db, user, event);
    if (!own) return no_such_event(request);
    if (!may_cancel(own->registration.status) || has_started(own->event, orm::utc_now())) {
        if (own->registration.status != Status::cancelled) tell_cancelled(request, CancelResult::Outcome::started);
        return web::Response::redirect(web::url(request, "/dashboard/"), 302);
    }
    return cancel_form(request, *own);
}

}  // namespace

void add_registration_pages(web::Site& site, platform::Context& context) {
    orm::Database& db = context.db;
    site.pages().route(web::get_post, "/events/{id:int}/register/",
                       [&db](web::Request& request) { return register_page(request, db); });
    site.pages().route(web::get_post, "/events/{id:int}/cancel/",
                       [&db](web::Request& request) { return cancel_page(request, db); });
}

}  // namespace crush_lu
