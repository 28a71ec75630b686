// A member's own pages: dashboard, profile form, where the review stands.
#include "accounts/site.hpp"
#include "common/flash.hpp"
#include "common/form.hpp"
#include "common/layout.hpp"
#include "crush_lu/pages.hpp"
#include "crush_lu/profiles.hpp"
#include "crush_lu/view.hpp"
#include "web/csrf.hpp"
#include "web/language.hpp"

namespace crush_lu {

namespace {

using platform::Field;
using platform::tr;
using platform::tr_n;
using Options = std::vector<std::pair<std::string, std::string>>;

struct StateWords {
    std::string_view badge, tone, title, text, action, path;
};
StateWords words_for(ProfileState state) {
    switch (state) {
        case ProfileState::none:
            return {tr("Not started"),         "quiet",
                    tr("Tell us who you are"), tr("With a profile that a coach has read you can join every evening."),
                    tr("Create my profile"),   "/create-profile/"};
        case ProfileState::draft:
            return {tr("Draft"),
                    "quiet",
                    tr("Your profile is not handed in yet"),
                    tr("Finish it, and a coach will read it."),
                    tr("Finish my profile"),
                    "/create-profile/"};
        case ProfileState::pending:
            return {tr("With a coach"),
                    "warm",
                    tr("A coach is reading your profile"),
                    tr("That takes a day or two. Until then, have a look at what's on."),
                    tr("See events"),
                    "/events/"};
        case ProfileState::revision:
            return {tr("Your turn"),
                    "warm",
                    tr("Your coach has a question"),
                    tr("Change what is asked for and hand the profile in again."),
                    tr("Edit my profile"),
                    "/create-profile/"};
        case ProfileState::rejected:
            return {tr("Not accepted"),
                    "bad",
                    tr("Your profile was not accepted"),
                    tr("If you think that is a mistake, write to support@crush.lu."),
                    "",
                    ""};
        case ProfileState::approved:
            break;
    }
    return {tr("Approved"),   "good",    tr("You are in"), tr("Your profile is approved. Pick an evening and come by."),
            tr("See events"), "/events/"};
}

void state_card(web::Html& out, const web::Request& request, const OwnProfile& own) {
    const StateWords words = words_for(own.state);
    const bool feedback = own.submission && !own.submission->feedback_to_user.empty() &&
                          (own.state == ProfileState::revision || own.state == ProfileState::rejected);
    out.write<R"(<div class="card state"><p class="badge {}">{}</p><h2>{}</h2><p>{}</p>{}{}</div>)">(
        words.tone, words.badge, words.title, words.text,
        web::when(feedback,
                  [&](web::Html& o) {
                      o.write<R"(<blockquote class="feedback">{}</blockquote>)">(own.submission->feedback_to_user);
                  }),
        web::when(!words.path.empty(), [&](web::Html& o) {
            o.write<R"(<p class="actions"><a class="button" href="{}">{}</a></p>)">(web::url(request, words.path),
                                                                                    words.action);
        }));
}

// Dashboard -----------------------------------------------------------------------------------------------------------

void registration_row(web::Html& out, const web::Request& request, const OwnRegistration& own, orm::Timestamp now) {
    const crush_lu::StatusWords words = crush_lu::words_for(own.registration.status);
    out.write<R"(<li class="card card-link event own">{}<div class="event-body"><ul class="badges">
<li class="badge {}">{}</li>{}{}</ul><h3><a href="{}">{}</a></h3><p class="event-where">{} · {}</p></div></li>)">(
        [&](web::Html& o) { date_tile(o, own.event.event_date); }, words.tone, words.label,
        web::when(own.position > 0,
                  [&](web::Html& o) {
                      o.write<R"(<li class="badge quiet">{}</li>)">(tr("Number {}", std::to_string(own.position)));
                  }),
        web::when(own.event.is_cancelled && !has_started(own.event, now),
                  [](web::Html& o) { o.write<R"(<li class="badge bad">{}</li>)">(tr("The event is cancelled")); }),
        event_url(request, own.event.id), own.event.title, clock_time(own.event.event_date),
        place(own.event, own.venue));
}

web::Response dashboard(web::Request& request, orm::Database& db) {
    const auth::User& user = auth::require_user(request);
    const orm::Timestamp now = orm::utc_now();
    const OwnProfile own = own_profile(db, user.id);
    const std::vector<OwnRegistration> registrations = own_registrations(db, user.id);
    const auto connections = static_cast<std::int64_t>(count_connections(db, user.id));
    return platform::page(request, {.title = std::string(tr("My Crush"))}, [&](web::Html& out) {
        out.write<R"(<section class="section"><div class="wrap"><p class="eyebrow">{}</p><h1>{}</h1>
<div class="split"><div><h2>{}</h2>{}</div><aside>{}{}</aside></div></div></section>)">(
            tr("My Crush"),
            user.first_name.empty() ? std::string(tr("Hello")) : tr("Hello {}", std::string_view(user.first_name)),
            tr("My evenings"),
            [&](web::Html& o) {
                if (registrations.empty())
                    o.write<R"(<p class="empty">{}<br><a href="{}">{}</a></p>)">(
                        tr("You have not registered for anything yet."), web::url(request, "/events/"),
                        tr("See what's on"));
                o.write<R"(<ul class="events single">{}</ul>)">(web::each(
                    registrations,
                    [&](web::Html& inner, const OwnRegistration& one) { registration_row(inner, request, one, now); }));
            },
            [&](web::Html& o) { state_card(o, request, own); }, web::when(connections > 0, [&](web::Html& o) {
                o.write<R"(<p class="card connections">{}</p>)">(tr_n("{} connection", "{} connections", connections));
            }));
    });
}

// Profile -------------------------------------------------------------------------------------------------------------

ProfileForm read_form(const web::Params& sent) {
    const auto text = [&](std::string_view name) { return std::string(sent.get(name)); };
    return {.date_of_birth = text("date_of_birth"),
            .gender = text("gender"),
            .phone = text("phone"),
            .location = text("location"),
            .looking_for = text("looking_for"),
            .bio = text("bio"),
            .interests = text("interests"),
            .show_full_name = sent.checked("show_full_name"),
            .show_exact_age = sent.checked("show_exact_age"),
            .blur_photos = sent.checked("blur_photos")};
}

Options gender_options() {
    Options options{{"", std::string(tr("Choose"))}};
    for (const auto& [value, label] : genders) options.emplace_back(value, tr(label));
    return options;
}
Options looking_for_options() {
    using LookingFor = CrushProfile::LookingFor;
    Options options{{"", std::string(tr("Choose"))}};
    for (std::size_t i = 0; i < orm::enum_names<LookingFor>.size(); ++i)
        options.emplace_back(orm::enum_names<LookingFor>[i], tr(orm::label_of(static_cast<LookingFor>(i))));
    return options;
}

void check_box(web::Html& out, std::string_view name, std::string_view label, bool checked) {
    out.write<R"(<label class="check"><input type="checkbox" name="{}" value="1" {?checked}><span>{}</span></label>)">(
        name, checked, label);
}

void basics(web::Html& out, const ProfileForm& form, const platform::Errors& errors) {
    const Options gender = gender_options();
    const Options looking_for = looking_for_options();
    out.write<R"(<div class="fields-2">{}{}{}{}</div>{})">(Field{.name = "date_of_birth",
                                                                 .label = tr("Date of birth"),
                                                                 .value = form.date_of_birth,
                                                                 .type = "date",
                                                                 .error = errors.of("date_of_birth"),
                                                                 .autocomplete = "bday",
                                                                 .required = true},
                                                           platform::Select{.name = "gender",
                                                                            .label = tr("I am a"),
                                                                            .value = form.gender,
                                                                            .options = gender,
                                                                            .error = errors.of("gender"),
                                                                            .required = true},
                                                           Field{.name = "phone",
                                                                 .label = tr("Phone"),
                                                                 .value = form.phone,
                                                                 .type = "tel",
                                                                 .error = errors.of("phone"),
                                                                 .hint = tr("Only for your coach."),
                                                                 .autocomplete = "tel",
                                                                 .max_length = 20,
                                                                 .required = true},
                                                           Field{.name = "location",
                                                                 .label = tr("Where I live"),
                                                                 .value = form.location,
                                                                 .error = errors.of("location"),
                                                                 .autocomplete = "address-level2",
                                                                 .placeholder = tr("Esch-sur-Alzette"),
                                                                 .max_length = 100,
                                                                 .required = true},
                                                           platform::Select{.name = "looking_for",
                                                                            .label = tr("I am looking for"),
                                                                            .value = form.looking_for,
                                                                            .options = looking_for,
                                                                            .error = errors.of("looking_for"),
                                                                            .required = true});
}

void about_and_privacy(web::Html& out, const ProfileForm& form, const platform::Errors& errors) {
    out.write<R"({}{}<fieldset><legend>{}</legend>{}{}{}</fieldset>)">(
        platform::TextArea{.name = "bio",
                           .label = tr("A few words about me"),
                           .value = form.bio,
                           .error = errors.of("bio"),
                           .max_length = 500,
                           .rows = 5},
        Field{.name = "interests",
              .label = tr("What I like"),
              .value = form.interests,
              .error = errors.of("interests"),
              .hint = tr("Separated by commas."),
              .placeholder = tr("hiking, cooking, jazz"),
              .max_length = 300},
        tr("What people I have met may see"),
        [&](web::Html& o) { check_box(o, "show_full_name", tr("My surname too"), form.show_full_name); },
        [&](web::Html& o) {
            check_box(o, "show_exact_age", tr("My exact age instead of a range"), form.show_exact_age);
        },
        [&](web::Html& o) { check_box(o, "blur_photos", tr("My photos blurred until we connect"), form.blur_photos); });
}

web::Response profile_form(web::Request& request, const OwnProfile& own, const ProfileForm& form,
                           const platform::Errors& errors) {
    const bool feedback = own.state == ProfileState::revision && own.submission;
    return platform::page(
        request, {.title = std::string(tr("My profile"))},
        [&](web::Html& out) {
            out.write<R"(<section class="section"><div class="wrap form-page"><p class="eyebrow">{}</p><h1>{}</h1>
<p class="lead">{}</p>{}<form class="form-card" method="post" novalidate>{}{}{}{}
<button class="button wide">{}</button></form></div></section>)">(
                tr("My profile"), tr("Tell us who you are"),
                tr("A coach reads this before your first evening. Nobody else can look you up."),
                web::when(feedback,
                          [&](web::Html& o) {
                              o.write<R"(<blockquote class="feedback">{}</blockquote>)">(
                                  own.submission->feedback_to_user);
                          }),
                web::csrf_field(request), platform::FormErrors{errors}, [&](web::Html& o) { basics(o, form, errors); },
                [&](web::Html& o) { about_and_privacy(o, form, errors); }, tr("Hand in my profile"));
        },
        errors.empty() ? 200 : 422);
}

bool may_edit(ProfileState state) {
    return state == ProfileState::none || state == ProfileState::draft || state == ProfileState::revision;
}

web::Response create_profile(web::Request& request, orm::Database& db) {
    const auth::User& user = auth::require_user(request);
    if (find_viewer(db, user.id, false).coach) {
        platform::flash(request, tr("Coaches have no dating profile."), platform::Tone::info);
        return web::Response::redirect(web::url(request, "/dashboard/"));
    }
    if (request.is_post()) {
        const ProfileForm form = read_form(request.form());
        const SubmitResult result = submit_profile(db, user.id, form);
        if (result.outcome == SubmitResult::Outcome::invalid)
            return profile_form(request, own_profile(db, user.id), form, result.errors);
        return web::Response::redirect(web::url(request, "/profile-submitted/"));
    }
    const OwnProfile own = own_profile(db, user.id);
    if (!may_edit(own.state)) return web::Response::redirect(web::url(request, "/profile-submitted/"), 302);
    return profile_form(request, own, own.profile ? form_of(*own.profile) : ProfileForm{}, {});
}

web::Response profile_submitted(web::Request& request, orm::Database& db) {
    const OwnProfile own = own_profile(db, auth::require_user(request).id);
    return platform::page(request, {.title = std::string(tr("My profile"))}, [&](web::Html& out) {
        out.write<
            R"(<section class="section"><div class="wrap form-page"><p class="eyebrow">{}</p>{}</div></section>)">(
            tr("My profile"), [&](web::Html& o) { state_card(o, request, own); });
    });
}

}  // namespace

void add_member_pages(web::Site& site, platform::Context& context) {
    orm::Database& db = context.db;
    site.pages().get("/dashboard/", [&db](web::Request& request) { return dashboard(request, db); });
    site.pages().route(web::get_post, "/create-profile/",
                       [&db](web::Request& request) { return create_profile(request, db); });
    site.pages().get("/profile-submitted/", [&db](web::Request& request) { return profile_submitted(request, db); });
}

}  // namespace crush_lu
