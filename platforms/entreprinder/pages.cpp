#include "entreprinder/pages.hpp"

#include <algorithm>

#include "accounts/services.hpp"
#include "accounts/site.hpp"
#include "common/flash.hpp"
#include "common/form.hpp"
#include "common/layout.hpp"
#include "web/csrf.hpp"
#include "web/language.hpp"

namespace entreprinder {

using platform::Errors;
using platform::Field;
using platform::tr;
using platform::tr_n;

namespace {

// The first letters of a name, for the round picture of people without a photo.
std::string initials(std::string_view name) {
    std::string letters;
    bool start = true;
    for (std::size_t i = 0; i < name.size() && letters.size() < 8;) {
        const auto byte = static_cast<unsigned char>(name[i]);
        const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
        if (start && byte != ' ') letters.append(name.substr(i, length));
        start = byte == ' ';
        i += length;
    }
    return letters;
}

web::Response home(web::Request& request, platform::Context& context) {
    const auth::User* me = auth::user(request);
    const bool unverified = me != nullptr && !auth::has_verified_email(context.db, me->id);
    const auto trades = largest_trades(context.db);
    return platform::page(request, {}, [&](web::Html& out) {
        if (unverified)
            out.write<R"(<div class="wrap messages"><p class="message info">{}</p></div>)">(
                tr("Your e-mail address is not confirmed yet. Matching opens once it is."));
        out.write<
            R"(<section class="hero"><div class="wrap split"><div><p class="eyebrow">{}</p><h1>{}</h1><p class="lead">{}</p><p class="actions">{}</p></div>
<ul class="pulse"><li><strong>{}</strong><span>{}</span></li><li><strong>{}</strong><span>{}</span></li><li><strong>{}</strong><span>{}</span></li></ul></div></section>)">(
            tr("For entrepreneurs in Luxembourg"), tr("Meet the people you will build with"),
            tr("Co-founders, suppliers, first clients: say what you do, see who is around the corner, and talk to "
               "those "
               "who want to talk to you."),
            [&](web::Html& o) {
                if (me != nullptr)
                    o.write<R"(<a class="button" href="{}">{}</a><a class="button secondary" href="{}">{}</a>)">(
                        web::url(request, "/entrepreneurs/"), tr("Browse entrepreneurs"),
                        web::url(request, "/profile/"), tr("Your profile"));
                else
                    o.write<
                        R"(<a class="button" href="/accounts/signup/">{}</a><a class="button secondary" href="/accounts/login/">{}</a>)">(
                        tr("Join PowerUP"), tr("Log in"));
            },
            tr("Describe"), tr("your business in one honest line"), tr("Discover"),
            tr("people from every trade in the country"), tr("Match"),
            tr("when the interest is mutual, and only then"));
        if (!trades.empty())
            out.write<
                R"(<section class="section"><div class="wrap"><h2>{}</h2><ul class="trades">{}</ul></div></section>)">(
                tr("Who is here"), web::each(trades, [](web::Html& o, const Trade& trade) {
                    o.write<R"(<li>{} <span class="number">{}</span></li>)">(trade.industry.name, trade.people);
                }));
    });
}

web::Response directory_page(web::Request& request, platform::Context& context) {
    const auth::User& me = auth::require_user(request);
    const auto found = directory(context.db, me.id, request.query().integer("page").value_or(1));
    return platform::page(request, {.title = std::string(tr("Entrepreneurs"))}, [&](web::Html& out) {
        out.write<
            R"(<section class="section"><div class="wrap"><div class="head"><div><p class="eyebrow">{}</p><h1>{}</h1></div></div>)">(
            tr_n("{} person", "{} people", found.people), tr("Entrepreneurs"));
        if (found.cards.empty())
            out.write<R"(<p class="empty">{}</p>)">(tr("You have seen everybody for now. New faces will appear here."));
        else
            out.write<R"(<ul class="grid">{}</ul>)">(web::each(found.cards, [](web::Html& o, const Card& card) {
                o.write<R"(<li class="card person">{}</li>)">(web::component(person, card));
            }));
        out.write<"{}</div></section>">(platform::Pager{
            .page = found.page, .pages = found.pages, .path = web::url(request, "/entrepreneurs/"), .query = {}});
    });
}

ProfileForm read(const web::Params& form) {
    const auto text = [&](std::string_view name) { return std::string(form.get(name)); };
    ProfileForm result{.first_name = text("first_name"),
                       .last_name = text("last_name"),
                       .headline = text("headline"),
                       .company = text("company"),
                       .bio = text("bio"),
                       .linkedin_url = text("linkedin_url"),
                       .skills = text("skills")};
    for (const std::string_view value : form.all("industry")) {
        web::Params number;
        number.add("n", std::string(value));
        if (const auto id = number.integer("n")) result.industries.push_back(*id);
    }
    return result;
}

void profile_fields(web::Html& out, const ProfileForm& form, const Errors& errors,
                    const std::vector<Industry>& industries) {
    out.write<
        R"(<div class="fields-2">{}{}</div>{}{}{}{}<fieldset><legend>{}</legend><div class="chips">{}</div></fieldset>{})">(
        Field{.name = "first_name",
              .label = tr("First name"),
              .value = form.first_name,
              .error = errors.of("first_name"),
              .autocomplete = "given-name",
              .max_length = 150},
        Field{.name = "last_name",
              .label = tr("Last name"),
              .value = form.last_name,
              .error = errors.of("last_name"),
              .autocomplete = "family-name",
              .max_length = 150},
        Field{.name = "headline",
              .label = tr("Headline"),
              .value = form.headline,
              .error = errors.of("headline"),
              .hint = tr("One line: what you do, for whom."),
              .max_length = 200,
              .required = true},
        Field{.name = "company",
              .label = tr("Company"),
              .value = form.company,
              .error = errors.of("company"),
              .autocomplete = "organization",
              .max_length = 200,
              .required = true},
        platform::TextArea{.name = "bio",
                           .label = tr("About you"),
                           .value = form.bio,
                           .error = errors.of("bio"),
                           .hint = tr("What you build, what you look for, what you can give."),
                           .max_length = max_bio},
        Field{.name = "linkedin_url",
              .label = tr("LinkedIn page"),
              .value = form.linkedin_url,
              .type = "url",
              .error = errors.of("linkedin_url"),
              .placeholder = "https://www.linkedin.com/in/",
              .max_length = 200},
        tr("Industries"),
        web::each(
            industries,
            [&](web::Html& o, const Industry& industry) {
                const bool checked = std::find(form.industries.begin(), form.industries.end(), industry.id.value) !=
                                     form.industries.end();
                o.write<
                    R"(<label class="chip"><input type="checkbox" name="industry" value="{}" {?checked}><span>{}</span></label>)">(
                    industry.id.value, checked, industry.name);
            }),
        Field{.name = "skills",
              .label = tr("Skills"),
              .value = form.skills,
              .error = errors.of("skills"),
              .hint = tr("Separated by commas."),
              .max_length = 1000});
}

web::Response profile_page(web::Request& request, platform::Context& context) {
    const auth::User& me = auth::require_user(request);
    Card card = own_card(context.db, me);
    ProfileForm form = form_of(card);
    Errors errors;
    if (request.is_post()) {
        form = read(request.form());
        errors = save_profile(context.db, me.id, form);
        if (errors.empty()) {
            platform::flash(request, tr("Your profile is saved."));
            return web::Response::redirect(web::url(request, "/profile/"));
        }
    }
    const auto industries_ = all_industries(context.db);
    return platform::page(
        request, {.title = std::string(tr("Your profile"))},
        [&](web::Html& out) {
            out.write<
                R"(<section class="section"><div class="wrap split"><form class="form-card" method="post" novalidate><h1>{}</h1>{}{}{}
<p class="actions"><button class="button">{}</button></p></form>
<aside class="preview"><p class="eyebrow">{}</p><div class="card person">{}</div>{}</aside></div></section>)">(
                tr("Your profile"), web::csrf_field(request), platform::FormErrors{errors},
                [&](web::Html& o) { profile_fields(o, form, errors, industries_); }, tr("Save"),
                tr("How others see you"), web::component(person, card),
                web::when(!is_complete(card.profile), [](web::Html& o) {
                    o.write<R"(<p class="small-print">{}</p>)">(
                        tr("Add a headline and a few words about yourself: then others can find you in the deck."));
                }));
        },
        errors.empty() ? 200 : 422);
}

}  // namespace

void person(web::Html& out, const Card& card) {
    const std::string name = display_name(card.user, card.profile);
    const auto& profile = card.profile;
    out.write<
        R"(<div class="person-head"><span class="avatar" aria-hidden="true">{}</span><div><h3>{}</h3><p class="muted">{}</p></div></div>
<p class="headline">{}</p>)">(initials(name), name,
                              profile.company == name ? std::string_view() : std::string_view(profile.company),
                              profile.headline.empty() ? tr("New here.") : std::string_view(profile.headline));
    if (!profile.bio.empty()) out.write<R"(<p class="grow bio">{}</p>)">(profile.bio);
    if (!card.industries.empty() || !card.skills.empty())
        out.write<R"(<ul class="badges">{}{}</ul>)">(
            web::each(
                card.industries,
                [](web::Html& o, const Industry& industry) { o.write<R"(<li class="badge">{}</li>)">(industry.name); }),
            web::each(card.skills, [](web::Html& o, const Skill& skill) {
                o.write<R"(<li class="badge quiet">{}</li>)">(skill.name);
            }));
    if (!profile.linkedin_url.empty())
        out.write<R"(<p><a href="{}" rel="noopener nofollow">LinkedIn</a></p>)">(profile.linkedin_url);
}

void add_pages(web::Site& site, platform::Context& context) {
    const auto with = [&context](web::Response (*handler)(web::Request&, platform::Context&)) -> web::Handler {
        return [&context, handler](web::Request& request) { return handler(request, context); };
    };
    site.pages().get("/", with(home));
    site.pages().get("/entrepreneurs/", with(directory_page));
    site.pages().route(web::get_post, "/profile/", with(profile_page));
}

}  // namespace entreprinder
