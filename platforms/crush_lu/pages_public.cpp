// Home and the pages that only tell.
#include "accounts/site.hpp"
#include "common/layout.hpp"
#include "crush_lu/pages.hpp"
#include "crush_lu/view.hpp"
#include "web/language.hpp"

namespace crush_lu {

namespace {

using platform::tr;

struct Step {
    std::string_view title, text;
};
constexpr Step steps[] = {
    {"Say who you are", "Five minutes, a few honest words. No swiping, no score, no ranking."},
    {"Meet your coach", "A real person reads every profile and answers. That keeps the room kind."},
    {"Come to an evening", "Speed dating in Grund, a hike in the Mullerthal, wine on the Moselle."},
    {"Keep in touch", "Only people who were really there can ask to connect, and only if both want to."},
};

void how_steps(web::Html& out) {
    out.write<R"(<ol class="steps">{}</ol>)">(web::each(steps, [](web::Html& o, const Step& step) {
        o.write<"<li><h3>{}</h3><p>{}</p></li>">(tr(step.title), tr(step.text));
    }));
}

void next_events(web::Html& out, const web::Request& request, const EventList& list, orm::Timestamp now) {
    out.write<R"(<section class="section"><div class="wrap"><div class="head"><h2>{}</h2><a href="{}">{}</a></div>)">(
        tr("The next evenings"), web::url(request, "/events/"), tr("All events"));
    if (list.cards.empty())
        out.write<R"(<p class="empty">{}</p>)">(tr("We are setting the next tables. Come back in a few days."));
    out.write<R"(<ul class="events">{}</ul></div></section>)">(
        web::each(list.cards, [&](web::Html& o, const EventCard& card) { event_card(o, request, card, now); }));
}

web::Response home(web::Request& request, orm::Database& db) {
    const orm::Timestamp now = orm::utc_now();
    const auth::User* user = auth::user(request);
    const Viewer viewer{user ? user->id : orm::Id<auth::User>{}};
    const EventList next = list_events(db, viewer, {.public_only = true, .page_size = 3}, now);
    return platform::page(request, {}, [&](web::Html& out) {
        out.write<R"(<section class="hero"><div class="wrap"><p class="eyebrow">{}</p><h1>{}</h1><p class="lead">{}</p>
<p class="actions"><a class="button" href="{}">{}</a><a class="button secondary" href="{}">{}</a></p></div></section>{}
<section class="section tinted"><div class="wrap"><h2>{}</h2>{}</div></section>
<section class="section promise"><div class="wrap narrow"><h2>{}</h2><p class="lead">{}</p>
<p><a href="{}">{}</a> · <a href="{}">{}</a> · <a href="{}">{}</a></p></div></section>)">(
            tr("Dating in Luxembourg, in person"), tr("Somebody out there is also tired of swiping."),
            tr("Crush.lu brings people into one room: small evenings, a host, good company. Phones stay in the "
               "pocket."),
            web::url(request, "/events/"), tr("See what's on"), web::url(request, user ? "/dashboard/" : "/signup/"),
            user ? tr("My Crush") : tr("Become a member"), [&](web::Html& o) { next_events(o, request, next, now); },
            tr("How it works"), how_steps, tr("It is a small country."),
            tr("So we keep things to ourselves. Nobody can browse members. Your surname, your exact age and your "
               "photos "
               "are yours to show, and who came to an evening stays in that room."),
            web::url(request, "/about/"), tr("Who we are"), web::url(request, "/privacy-policy/"), tr("Privacy policy"),
            web::url(request, "/terms-of-service/"), tr("Terms of service"));
    });
}

struct Section {
    std::string_view title, text;
};
struct Article {
    std::string_view path, title, lead;
    std::vector<Section> sections;
};

const std::vector<Article>& articles() {
    static const std::vector<Article> all{
        {"/about/",
         "About Crush.lu",
         "A handful of people who missed meeting people.",
         {{"Why we do this",
           "Apps made it easy to look and hard to meet. We turned it round: first the evening, then everything else. "
           "Every event is small enough for the host to know every name."},
          {"Who is behind it",
           "A team of volunteers and trained coaches in Luxembourg. Coaches read profiles, host evenings and are there "
           "when something does not feel right. They never take part as members."},
          {"Where",
           "From the Grund to the Mullerthal, in cafés, wine cellars, climbing halls and on the river. Events are held "
           "in "
           "Luxembourgish, French, German and English, as it happens."}}},
        {"/privacy-policy/",
         "Privacy policy",
         "What we know about you, who sees it, and how it goes away again.",
         {{"What others see",
           "Your first name, an age band and what you wrote, and only people who attended the same event. The surname "
           "and "
           "the exact age appear only if you switch them on. Photos can stay blurred until you both want to connect."},
          {"What nobody sees",
           "Your e-mail address, your phone number and your date of birth are for you and the team. Nobody learns "
           "which "
           "events you registered for, or whom you would like to meet, unless that wish is mutual."},
          {"What your coach sees",
           "Your profile and your photos, to review it, and nothing you write to other members."},
          {"How long",
           "Delete your account and your profile, registrations, connections and photos go with it, at once."}}},
        {"/terms-of-service/",
         "Terms of service",
         "Short, because manners cover most of it.",
         {{"Membership", "You are at least 18, you are who you say you are, and you have one account."},
          {"Evenings",
           "A registration is a promise. If you cannot come, cancel until the evening begins, so that the next person "
           "in "
           "line gets the seat. Fees are paid as the event says."},
          {"Respect", "No means no, once. Hosts may send home anybody who makes others uncomfortable."},
          {"Data", "What you see of other members stays with you. Publishing it ends your membership."}}}};
    return all;
}

web::Response show_article(web::Request& request, const Article& article) {
    return platform::page(request,
                          {.title = std::string(tr(article.title)), .description = std::string(tr(article.lead))},
                          [&](web::Html& out) {
                              out.write<R"(<article class="section"><div class="wrap narrow prose"><h1>{}</h1>
<p class="lead">{}</p>{}</div></article>)">(tr(article.title), tr(article.lead),
                                            web::each(article.sections, [](web::Html& o, const Section& section) {
                                                o.write<"<h2>{}</h2><p>{}</p>">(tr(section.title), tr(section.text));
                                            }));
                          });
}

web::Response how_it_works(web::Request& request) {
    return platform::page(request, {.title = std::string(tr("How it works"))}, [&](web::Html& out) {
        out.write<R"(<section class="section"><div class="wrap"><h1>{}</h1><p class="lead">{}</p>{}
<p class="actions"><a class="button" href="{}">{}</a></p></div></section>)">(
            tr("How it works"), tr("Four steps, and only one of them needs a screen."), how_steps,
            web::url(request, "/events/"), tr("See what's on"));
    });
}

}  // namespace

void add_public_pages(web::Site& site, platform::Context& context) {
    orm::Database& db = context.db;
    site.pages().get("/", [&db](web::Request& request) { return home(request, db); });
    site.pages().get("/how-it-works/", how_it_works);
    for (const Article& article : articles())
        site.pages().get(std::string(article.path),
                         [&article](web::Request& request) { return show_article(request, article); });
}

}  // namespace crush_lu
