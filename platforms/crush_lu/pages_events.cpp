// The list of events, and one event.
#include "accounts/site.hpp"
#include "common/layout.hpp"
#include "crush_lu/pages.hpp"
#include "crush_lu/view.hpp"
#include "web/language.hpp"
#include "web/url.hpp"

namespace crush_lu {

namespace {

using platform::tr;
using platform::tr_n;
using EventType = MeetupEvent::EventType;
using Status = EventRegistration::Status;

orm::Id<MeetupEvent> event_id(const web::Request& request) {
    return orm::Id<MeetupEvent>(request.id("id"));
}

orm::Id<auth::User> user_id(web::Request& request) {
    const auth::User* user = auth::user(request);
    return user ? user->id : orm::Id<auth::User>{};
}

// List ----------------------------------------------------------------------------------------------------------------

void type_filter(web::Html& out, const web::Request& request, std::optional<EventType> chosen) {
    const auto link = [&](web::Html& o, std::string_view query, std::string_view label, bool current) {
        o.write<R"(<li><a class="filter" href="{}" aria-current="{}">{}</a></li>)">(
            web::url(request, "/events/") + std::string(query), current ? "true" : "false", tr(label));
    };
    out.write<R"(<ul class="filters" aria-label="{}">)">(tr("Kind of event"));
    link(out, "", "All", !chosen);
    for (std::size_t i = 0; i < orm::enum_names<EventType>.size(); ++i) {
        const auto type = static_cast<EventType>(i);
        link(out, "?type=" + std::string(orm::to_string(type)), orm::label_of(type), chosen == type);
    }
    out.write<"</ul>">();
}

void list_pager(web::Html& out, const web::Request& request, const ListOptions& options, bool more) {
    if (options.page <= 1 && !more) return;
    const auto address = [&](std::int64_t page) {
        web::Params query;
        if (options.type) query.add("type", std::string(orm::to_string(*options.type)));
        query.add("page", std::to_string(page));
        return web::url(request, "/events/") + "?" + web::build_query(query);
    };
    out.write<R"(<nav class="pager" aria-label="{}">)">(tr("Pages"));
    if (options.page > 1) out.write<R"(<a rel="prev" href="{}">{}</a>)">(address(options.page - 1), tr("Earlier"));
    if (more) out.write<R"(<a rel="next" href="{}">{}</a>)">(address(options.page + 1), tr("Later"));
    out.write<"</nav>">();
}

web::Response show_events(web::Request& request, orm::Database& db) {
    const orm::Timestamp now = orm::utc_now();
    const auth::User* user = auth::user(request);
    const Viewer viewer = user ? find_viewer(db, user->id, user->is_staff) : Viewer{};
    const ListOptions options{.type = orm::parse_enum<EventType>(request.query().get("type")),
                              .page = std::clamp<std::int64_t>(request.query().integer("page").value_or(1), 1, 10'000)};
    const EventList list = list_events(db, viewer, options, now);
    return platform::page(
        request,
        {.title = std::string(tr("Events")),
         .description = std::string(tr("Speed dating, mixers and small adventures all over Luxembourg."))},
        [&](web::Html& out) {
            out.write<R"(<section class="section"><div class="wrap"><p class="eyebrow">{}</p><h1>{}</h1>
<p class="lead">{}</p>{})">(tr("What's on"), tr("Evenings worth leaving the house for"),
                            tr("Small groups, a host who knows every name, and nobody behind a screen."),
                            [&](web::Html& o) { type_filter(o, request, options.type); });
            if (list.cards.empty())
                out.write<R"(<p class="empty">{}</p>)">(
                    tr("Nothing planned here right now. New evenings appear every week."));
            out.write<R"(<ul class="events">{}</ul>{}</div></section>)">(
                web::each(list.cards, [&](web::Html& o, const EventCard& card) { event_card(o, request, card, now); }),
                [&](web::Html& o) { list_pager(o, request, options, list.more); });
        });
}

// One event -----------------------------------------------------------------------------------------------------------

void own_registration_box(web::Html& out, const web::Request& request, const EventDetail& detail) {
    const Status status = *detail.card.own;
    const StatusWords words = words_for(status);
    out.write<R"(<p class="badge {}">{}</p>)">(words.tone, words.label);
    if (detail.position > 0)
        out.write<R"(<p class="position"><b>{}</b> {}</p><p class="muted">{}</p>)">(
            detail.position, tr("your place in the waiting list"),
            tr("If somebody cancels, the next in line moves up by itself. We write to you at once."));
    else if (status == Status::pending)
        out.write<R"(<p class="muted">{}</p>)">(tr("Your seat is held. Please pay the fee at the door."));
    else if (status == Status::confirmed)
        out.write<R"(<p class="muted">{}</p>)">(tr("We look forward to meeting you."));
    if (detail.can_cancel)
        out.write<R"(<a class="button secondary wide" href="{}">{}</a>)">(
            event_url(request, detail.card.event.id, "cancel/"),
            detail.position > 0 ? tr("Leave the waiting list") : tr("Cancel my seat"));
}

void register_box(web::Html& out, const web::Request& request, const EventDetail& detail) {
    const MeetupEvent& event = detail.card.event;
    const bool full = is_full(event, detail.card.held);
    const std::string address = event_url(request, event.id, "register/");
    if (!detail.refusal || detail.refusal == Refusal::login_required) {
        out.write<R"(<a class="button wide" href="{}">{}</a>)">(address,
                                                                full ? tr("Join the waiting list") : tr("Register"));
        out.write<R"(<p class="small-print">{}</p>)">(
            full ? tr_n("{} person is waiting.", "{} people are waiting.", detail.card.waiting)
                 : std::string(tr("You can cancel until the evening begins.")));
        return;
    }
    const RefusalWords words = words_for(*detail.refusal, event);
    out.write<R"(<p class="refused"><strong>{}</strong><br>{}</p>)">(words.title, words.text);
    if (!words.path.empty() && detail.refusal != Refusal::closed)
        out.write<R"(<a class="button secondary wide" href="{}">{}</a>)">(web::url(request, words.path), words.action);
}

void event_facts(web::Html& out, const EventDetail& detail) {
    const MeetupEvent& event = detail.card.event;
    const std::string address = detail.card.venue && !detail.card.venue->address.empty()
                                    ? std::string(detail.card.venue->address)
                                    : std::string(event.address);
    out.write<R"(<dl class="facts"><dt>{}</dt><dd><time datetime="{}">{}</time></dd><dt>{}</dt><dd>{}–{}</dd>
<dt>{}</dt><dd>{}{}</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}, {}</dd></dl>)">(
        tr("Day"), iso_local(event.event_date), long_date(event.event_date), tr("Time"), clock_time(event.event_date),
        clock_time(ends_at(event)), tr("Place"), place(event, detail.card.venue),
        web::when(!address.empty(), [&](web::Html& o) { o.write<"<br><span class=\"muted\">{}</span>">(address); }),
        tr("Ages"), ages(event), tr("Fee"), price(event), tr("Register by"), short_date(event.registration_deadline),
        clock_time(event.registration_deadline));
}

void seats_line(web::Html& out, const EventCard& card, orm::Timestamp now) {
    out.write<R"(<p class="seats-line"><span class="seats {}">{}</span> <span class="muted">{}</span></p>)">(
        is_full(card.event, card.held) ? "shut" : "open", availability(card, now),
        tr_n("of {} seat", "of {} seats", card.event.max_participants));
}

constexpr std::string_view good_to_know[] = {
    "A host welcomes you at the door and introduces you to the first people.",
    "Come ten minutes early, and leave the phone in your pocket.",
    "Nobody but the hosts sees who has registered.",
    "Plans change: cancel until the evening begins, and the next in line gets your seat.",
};

web::Response show_event(web::Request& request, orm::Database& db) {
    const orm::Timestamp now = orm::utc_now();
    const auto detail = event_detail(db, user_id(request), event_id(request), now);
    if (!detail) return no_such_event(request);
    const MeetupEvent& event = detail->card.event;
    return platform::page(request, {.title = event.title}, [&](web::Html& out) {
        out.write<R"(<section class="event-head type-{}"><div class="wrap">{}<div>
<ul class="badges"><li class="badge">{}</li>{}{}</ul><h1>{}</h1><p class="lead">{} · {}</p></div></div></section>
<section class="section"><div class="wrap split"><div class="prose">{}</div>
<aside class="card aside">{}{}{}</aside>
</div></section>)">(
            orm::to_string(event.event_type), [&](web::Html& o) { date_tile(o, event.event_date); },
            tr(orm::label_of(event.event_type)),
            web::when(event.is_private_invitation,
                      [](web::Html& o) { o.write<R"(<li class="badge quiet">{}</li>)">(tr("By invitation")); }),
            web::when(event.is_cancelled,
                      [](web::Html& o) { o.write<R"(<li class="badge bad">{}</li>)">(tr("Cancelled")); }),
            event.title, clock_time(event.event_date), place(event, detail->card.venue),
            [&](web::Html& o) {
                o.write<R"(<p class="description">{}</p><h2>{}</h2><ul class="list">{}</ul>)">(
                    event.description, tr("Good to know"),
                    web::each(good_to_know,
                              [](web::Html& item, std::string_view line) { item.write<"<li>{}</li>">(tr(line)); }));
            },
            [&](web::Html& o) { event_facts(o, *detail); },
            web::when(is_accepting(event, now), [&](web::Html& o) { seats_line(o, detail->card, now); }),
            [&](web::Html& o) {
                if (detail->card.registered())
                    own_registration_box(o, request, *detail);
                else
                    register_box(o, request, *detail);
            });
    });
}

}  // namespace

void add_event_pages(web::Site& site, platform::Context& context) {
    orm::Database& db = context.db;
    site.pages().get("/events/", [&db](web::Request& request) { return show_events(request, db); });
    site.pages().get("/events/{id:int}/", [&db](web::Request& request) { return show_event(request, db); });
}

}  // namespace crush_lu
