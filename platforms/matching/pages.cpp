#include "matching/pages.hpp"

#include "accounts/site.hpp"
#include "common/flash.hpp"
#include "common/layout.hpp"
#include "entreprinder/pages.hpp"
#include "matching/services.hpp"
#include "web/csrf.hpp"
#include "web/json.hpp"
#include "web/language.hpp"

namespace matching {

using boost::json::object;
using entreprinder::Card;
using platform::tr;

namespace {

using UserId = orm::Id<auth::User>;

// A page that says why the deck is closed, or nothing when it is open.
std::optional<web::Response> closed(web::Request& request, platform::Context& context, const auth::User& me) {
    const Gate state = gate(context.db, me.id);
    if (state == Gate::open) return std::nullopt;
    const bool mail = state == Gate::unverified_email;
    return platform::page(
        request, {.title = std::string(tr("Discover"))},
        [&](web::Html& out) {
            out.write<
                R"(<section class="section error-page"><div class="wrap narrow"><h1>{}</h1><p class="lead">{}</p><p class="actions"><a class="button" href="{}">{}</a></p></div></section>)">(
                mail ? tr("Please confirm your address first") : tr("Tell us who you are first"),
                mail ? tr("The deck opens for people whose e-mail address is confirmed.")
                     : tr("The deck opens for people who have a profile of their own."),
                web::url(request, "/profile/"), tr("Your profile"));
        },
        403);
}

web::Response no_more(web::Request& request, platform::Context&) {
    auth::require_user(request);
    return platform::page(request, {.title = std::string(tr("Discover"))}, [&](web::Html& out) {
        out.write<
            R"(<section class="section error-page"><div class="wrap narrow"><h1>{}</h1><p class="lead">{}</p><p class="actions"><a class="button" href="{}">{}</a></p></div></section>)">(
            tr("You have met everybody"), tr("New people join every week. Meanwhile, talk to those you matched with."),
            web::url(request, "/matching/matches/"), tr("Your matches"));
    });
}

web::Response swipe(web::Request& request, platform::Context& context) {
    const auth::User& me = auth::require_user(request);
    if (auto page = closed(request, context, me)) return std::move(*page);
    const auto card = next_card(context.db, me.id);
    if (!card) return web::Response::redirect(web::url(request, "/matching/no-more-profiles/"), 302);
    return platform::page(request, {.title = std::string(tr("Discover"))}, [&](web::Html& out) {
        out.write<R"(<section class="section"><div class="wrap deck"><div class="card person big">{}</div>
<form class="deck-actions" method="post" action="{}">{}<input type="hidden" name="profile_id" value="{}">
<button class="button secondary" name="action" value="dislike">{}</button><button class="button" name="action" value="like">{}</button></form></div></section>)">(
            web::component(entreprinder::person, *card), web::url(request, "/matching/swipe/action/"),
            web::csrf_field(request), card->profile.id.value, tr("Pass"), tr("I would like to talk"));
    });
}

UserId user_of_profile(platform::Context& context, std::int64_t profile) {
    const auto found = context.db.find(orm::Id<entreprinder::EntrepreneurProfile>(profile));
    if (!found) throw web::HttpError(404, "There is no such profile.");
    return found->user.id;
}

object as_json(const Card& card) {
    return {{"profile_id", card.profile.id.value},
            {"name", entreprinder::display_name(card.user, card.profile)},
            {"company", std::string_view(card.profile.company)},
            {"headline", std::string_view(card.profile.headline)},
            {"bio", std::string_view(card.profile.bio)}};
}

// One action for the form of the page and for programs: JSON in, JSON out.
web::Response act(web::Request& request, platform::Context& context) {
    const bool json = request.header("Content-Type").starts_with("application/json");
    const auth::User* me = auth::user(request);
    if (me == nullptr && json) return web::api_error(401, tr("Please log in first."));
    const auth::User& self = auth::require_user(request);
    if (gate(context.db, self.id) != Gate::open) {
        if (json) return web::api_error(403, tr("Confirm your address and fill in your profile first."));
        throw web::HttpError(403, "Confirm your address and fill in your profile first.");
    }
    std::int64_t profile = 0;
    std::string action;
    if (json) {
        const object body = web::json_object(request);
        profile = web::json_integer(body, "profile_id");
        action = web::json_string(body, "action");
    } else {
        profile = request.form().integer("profile_id").value_or(0);
        action = request.form().get("action");
    }
    if (action != "like" && action != "dislike") {
        if (json) return web::api_error(400, tr("The action is like or dislike."));
        throw web::HttpError(400, "The action is like or dislike.");
    }
    const UserId other = user_of_profile(context, profile);
    const SwipeResult result = action == "like" ? like(context.db, self.id, other) : pass(context.db, self.id, other);
    if (result.outcome == SwipeResult::Outcome::refused) {
        if (json) return web::api_error(404, tr("There is no such profile."));
        throw web::HttpError(404, "There is no such profile.");
    }
    if (!json) {
        if (result.matched && action == "like")
            platform::flash(request, tr("It is a match! You both would like to talk."));
        return web::Response::redirect(web::url(request, "/matching/swipe/"));
    }
    object data{{"match", result.matched}};
    if (result.matched) {
        const auto found = context.db.find(other);
        auto cards = found ? entreprinder::cards_of(context.db, {*found}) : std::vector<Card>{};
        if (!cards.empty()) data["matched_profile"] = as_json(cards.front());
    }
    const auto next = next_card(context.db, self.id);
    data["next"] = next ? boost::json::value(as_json(*next)) : boost::json::value(nullptr);
    data["no_more"] = !next.has_value();
    return web::api_ok(std::move(data));
}

web::Response list_matches(web::Request& request, platform::Context& context) {
    const auth::User& me = auth::require_user(request);
    const auto people = matches(context.db, me.id);
    return platform::page(request, {.title = std::string(tr("Matches"))}, [&](web::Html& out) {
        out.write<R"(<section class="section"><div class="wrap"><h1>{}</h1>)">(tr("Your matches"));
        if (people.empty())
            out.write<R"(<p class="empty">{} <a href="{}">{}</a></p>)">(
                tr("No match yet."), web::url(request, "/matching/swipe/"), tr("Discover people"));
        else
            out.write<R"(<ul class="grid">{}</ul>)">(web::each(people, [](web::Html& o, const MatchedPerson& match) {
                o.write<R"(<li class="card person">{}<p class="small-print">{} {}</p></li>)">(
                    web::component(entreprinder::person, match.card), tr("Matched on"),
                    orm::to_string(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(match.since))));
            }));
        out.write<"</div></section>">();
    });
}

}  // namespace

void add_pages(web::Site& site, platform::Context& context) {
    const auto with = [&context](web::Response (*handler)(web::Request&, platform::Context&)) -> web::Handler {
        return [&context, handler](web::Request& request) { return handler(request, context); };
    };
    site.pages().get("/matching/swipe/", with(swipe));
    site.pages().post("/matching/swipe/action/", with(act));
    site.pages().get("/matching/no-more-profiles/", with(no_more));
    site.pages().get("/matching/matches/", with(list_matches));
}

}  // namespace matching
