// The pages, from request to answer: what people see, what they do not, and what hostile input gets.
#include <numeric>

#include "accounts/language.hpp"
#include "accounts/site.hpp"
#include "crush_lu/site.hpp"
#include "fixture.hpp"
#include "mails.hpp"
#include "web/request.hpp"

namespace crush_lu {
namespace {

using platform::test::Browser;
using platform::test::location;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Pages : public CrushTest {
  protected:
    /// An event a month ahead of the real clock, which pages go by.
    EventId coming(Meetup wanted = {}) {
        const EventId event = meetup(wanted);
        const orm::Timestamp start = orm::utc_now() + std::chrono::days(30);
        db.update(orm::select<MeetupEvent> | with_id(event), orm::set<& MeetupEvent::event_date> = start,
                  orm::set<& MeetupEvent::registration_deadline> = start - std::chrono::days(1));
        return event;
    }
    std::string path(EventId event, const std::string& rest = "") {
        return "/en/events/" + std::to_string(event.value) + "/" + rest;
    }
    Browser browser() { return Browser(site, "crush.localhost"); }
    Browser logged_in(UserId id) {
        Browser result = browser();
        result.log_in(user(id), "/en/login/");
        return result;
    }
    static std::string text(const web::Response& response) { return std::string(response.content()); }

    platform::Context context{db, {}};
    web::Site site = crush_lu::site(context);
};
ON_EACH_DATABASE(Pages);

TEST_P(Pages, Public_pages_answer) {
    Browser guest = browser();
    for (const char* page : {"/en/", "/de/", "/fr/events/", "/en/about/", "/en/how-it-works/", "/en/privacy-policy/",
                             "/en/terms-of-service/", "/en/events/", "/en/login/", "/en/signup/"})
        EXPECT_EQ(guest.get(page).status, 200) << page;
    EXPECT_EQ(guest.get("/events/").status, 302);
    for (const char* page : {"/en/nothing/", "/it/", "/en/producers/"}) EXPECT_EQ(guest.get(page).status, 404) << page;
    for (const char* page : {"/en/dashboard/", "/en/create-profile/", "/en/profile-submitted/"}) {
        const web::Response answer = guest.get(page);
        EXPECT_EQ(answer.status, 302) << page;
        EXPECT_THAT(location(answer), HasSubstr("/en/login/?next=")) << page;
    }
}

TEST_P(Pages, Home_shows_the_next_three_public_events) {
    for (const char* title : {"One", "Two", "Three", "Four"}) coming({.title = std::string("Evening ") + title});
    coming({.private_ = true, .title = "Hidden evening"});
    coming({.published = false, .title = "Draft evening"});
    const std::string page = text(browser().get("/en/"));
    EXPECT_THAT(page, AllOf(HasSubstr("Evening One"), HasSubstr("Evening Three"), Not(HasSubstr("Evening Four")),
                            Not(HasSubstr("Hidden")), Not(HasSubstr("Draft"))));
}

TEST_P(Pages, List_filters_by_type_and_takes_any_input) {
    coming({.title = "A mixer", .type = MeetupEvent::EventType::mixer});
    coming({.title = "A hike", .type = MeetupEvent::EventType::activity});
    Browser guest = browser();
    EXPECT_THAT(text(guest.get("/en/events/?type=activity")), AllOf(HasSubstr("A hike"), Not(HasSubstr("A mixer"))));
    for (const char* query :
         {"?type=nonsense", "?type=%25", "?type=_", "?type=mixer'", "?type=mixer&type=activity", "?page=0", "?page=-5",
          "?page=99999999999999999999", "?page=abc", "?page=9223372036854775807", "?unknown=%27%22%3Cscript%3E"})
        EXPECT_EQ(guest.get(std::string("/en/events/") + query).status, 200) << query;
    EXPECT_THAT(text(guest.get("/en/events/?type=nonsense")), HasSubstr("A mixer"));
    EXPECT_EQ(guest.get("/en/events/?type=%00").status, 400) << "NUL: before any handler";
    EXPECT_EQ(guest.get("/en/events/?type=%zz").status, 400);
}

TEST_P(Pages, Case40_event_ids_of_every_kind_are_404_and_never_500) {
    Browser guest = browser();
    Browser anna = logged_in(member());
    for (const char* id : {"0", "999999", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "-1",
                           "1.5", "abc", "%25", "1%27", "1%20OR%201=1", "%E2%80%AE"}) {
        for (const char* rest : {"", "register/", "cancel/"}) {
            const std::string target = std::string("/en/events/") + id + "/" + rest;
            EXPECT_EQ(anna.get(target).status, 404) << target;
            EXPECT_THAT(guest.get(target).status, testing::AnyOf(404, 302)) << target;
            if (*rest) {
                EXPECT_EQ(anna.post(target, {}).status, 404) << target;
            }
        }
    }
}

TEST_P(Pages, Titles_and_descriptions_are_text_not_markup) {
    const EventId event = coming({.title = "<script>alert('x')</script> & \"quotes\""});
    for (const std::string& target : {std::string("/en/events/"), path(event), std::string("/en/")})
        EXPECT_THAT(text(browser().get(target)), AllOf(Not(HasSubstr("<script>alert")), HasSubstr("&lt;script&gt;")));
}

TEST_P(Pages, REG1_registering_through_the_form) {
    const EventId event = coming({.seats = 1});
    const UserId id = member("Anna");
    Browser anna = logged_in(id);
    EXPECT_THAT(text(anna.get(path(event))), HasSubstr("Register"));
    EXPECT_THAT(text(anna.get(path(event, "register/"))), HasSubstr("dietary_restrictions"));
    EXPECT_EQ(held(event), 0) << "GET changes nothing";
    const web::Response answer =
        anna.post(path(event, "register/"), {{"dietary_restrictions", "nuts & <b>milk</b>"}, {"status", "attended"}});
    EXPECT_EQ(answer.status, 303);
    EXPECT_EQ(location(answer), path(event));
    EXPECT_EQ(registration(id, event).dietary_restrictions, "nuts & <b>milk</b>");
    EXPECT_EQ(status(id, event), Status::confirmed);
    EXPECT_THAT(text(anna.get(path(event))), AllOf(HasSubstr("You&#39;re in"), HasSubstr("Cancel my seat")));
    EXPECT_EQ(anna.get(path(event, "register/")).status, 302) << "registered already";
    EXPECT_EQ(anna.post(path(event, "register/"), {}).status, 303) << "again: the same result";
    EXPECT_EQ(db.count(orm::select<EventRegistration>), 1);
}

TEST_P(Pages, REG3_case1_100_logged_in_clients_post_at_once_for_30_seats) {
    const EventId event = coming();
    std::vector<Browser> browsers;
    for (const UserId id : members(100)) {
        browsers.push_back(browser());
        browsers.back().log_in(user(id), "/en/login/");
        browsers.back().get(path(event, "register/"));
    }
    in_parallel(100, [&](int i) {
        const web::Response answer = browsers[std::size_t(i)].post(path(event, "register/"), {});
        EXPECT_EQ(answer.status, 303) << answer.content();
    });
    EXPECT_EQ(held(event), 30);
    std::vector<std::int64_t> positions;
    for (Browser& one : browsers) {
        const std::string place = platform::test::between(text(one.get(path(event))), "position\"><b>", "</b>");
        if (!place.empty()) positions.push_back(std::stoll(place));
    }
    std::ranges::sort(positions);
    std::vector<std::int64_t> expected(70);
    std::iota(expected.begin(), expected.end(), 1);
    EXPECT_EQ(positions, expected);
}

TEST_P(Pages, REG4_waiting_and_moving_up) {
    const EventId event = coming({.seats = 1});
    const UserId anna_id = member("Anna"), ben_id = member("Ben");
    Browser anna = logged_in(anna_id), ben = logged_in(ben_id);
    anna.get(path(event, "register/"));
    anna.post(path(event, "register/"), {});
    EXPECT_THAT(text(ben.get(path(event))), HasSubstr("Join the waiting list"));
    EXPECT_THAT(text(ben.get(path(event, "register/"))), HasSubstr("All seats are taken"));
    ben.post(path(event, "register/"), {});
    EXPECT_THAT(text(ben.get(path(event))), AllOf(HasSubstr("number 1 in the waiting list"), HasSubstr("<b>1</b>")));
    EXPECT_THAT(text(ben.get("/en/dashboard/")), AllOf(HasSubstr("On the waiting list"), HasSubstr("Number 1")));
    EXPECT_THAT(text(anna.get(path(event, "cancel/"))), HasSubstr("Yes, cancel my seat"));
    EXPECT_EQ(status(anna_id, event), Status::confirmed) << "GET changes nothing";
    EXPECT_EQ(location(anna.post(path(event, "cancel/"), {})), "/en/dashboard/");
    EXPECT_EQ(status(ben_id, event), Status::confirmed);
    EXPECT_EQ(anna.post(path(event, "cancel/"), {}).status, 303) << "a second time is harmless";
}

TEST_P(Pages, REG1_refusals_say_why_and_what_next) {
    const EventId event = coming({.min_age = 25, .max_age = 35});
    const auto refused = [&](UserId id, int status, const char* words) {
        Browser browser = logged_in(id);
        EXPECT_EQ(browser.get(path(event)).status, 200);
        EXPECT_THAT(text(browser.get(path(event))), HasSubstr(words));
        EXPECT_EQ(browser.get(path(event, "register/")).status, status);
        const web::Response answer = browser.post(path(event, "register/"), {});
        EXPECT_EQ(answer.status, status);
        EXPECT_THAT(text(answer), HasSubstr(words));
    };
    refused(account("New"), 403, "First, a few words about you");
    const UserId anna = member("Anna", "2008-01-01");
    refused(anna, 403, "another age group");
    change<&CrushProfile::is_approved>(anna, false);
    refused(anna, 403, "not approved yet");
    change<&MeetupEvent::registration_deadline>(event, orm::utc_now() - 1h);
    refused(anna, 409, "Registration is closed");
    EXPECT_EQ(db.count(orm::select<EventRegistration>), 0);
}

TEST_P(Pages, PRV1_case15_a_guessed_private_event_looks_like_none) {
    const EventId event = coming({.private_ = true, .title = "Secret cellar"});
    const UserId invited = member("Ida");
    invite(event, invited);
    Browser guest = browser(), other = logged_in(member("Otto")), ida = logged_in(invited);
    const web::Response answer = guest.get(path(event));
    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(text(answer), AllOf(HasSubstr("/en/login/?next=%2Fen%2Fevents%2F"), Not(HasSubstr("Secret"))));
    for (const char* rest : {"", "register/", "cancel/"}) {
        EXPECT_EQ(other.get(path(event, rest)).status, 404) << rest;
        if (*rest) {
            EXPECT_EQ(other.post(path(event, rest), {}).status, 404) << rest;
        }
        EXPECT_EQ(guest.get(path(EventId(999999), rest)).status, guest.get(path(event, rest)).status) << rest;
    }
    EXPECT_THAT(text(other.get("/en/events/")), Not(HasSubstr("Secret")));
    EXPECT_THAT(text(ida.get("/en/events/")), HasSubstr("Secret cellar"));
    EXPECT_EQ(ida.get(path(event)).status, 200);
    EXPECT_EQ(ida.post(path(event, "register/"), {}).status, 303);
}

TEST_P(Pages, PROF4_case28_nobody_elses_name_age_or_attendance_shows) {
    const EventId event = coming({.seats = 1});
    const UserId ben = member("Benedikta", "1991-02-03");
    register_for_event(db, ben, event);
    Browser guest = browser(), anna = logged_in(member("Anna"));
    for (Browser* who : {&guest, &anna})
        for (const std::string& target : {std::string("/en/"), std::string("/en/events/"), path(event)})
            EXPECT_THAT(text(who->get(target)),
                        AllOf(Not(HasSubstr("Benedikta")), Not(HasSubstr("Weber")), Not(HasSubstr("1991"))))
                << target;
}

TEST_P(Pages, API3_posts_without_a_token_change_nothing) {
    const EventId event = coming();
    const UserId id = member();
    Browser anna = logged_in(id);
    for (const std::string& target :
         {path(event, "register/"), path(event, "cancel/"), std::string("/en/create-profile/")}) {
        Browser forged = browser();
        forged.cookies = anna.cookies;  // the session, but no page of ours was seen
        EXPECT_EQ(forged.post(target, {{"dietary_restrictions", "x"}}).status, 403) << target;
    }
    EXPECT_EQ(db.count(orm::select<EventRegistration>), 0);
    EXPECT_EQ(anna.post(path(event), {}).status, 405);
    EXPECT_EQ(anna.post("/en/dashboard/", {}).status, 405);
}

TEST_P(Pages, Hostile_form_values_give_a_form_with_errors) {
    const EventId event = coming();
    Browser anna = logged_in(member());
    const web::Response longer =
        anna.post(path(event, "register/"), {{"dietary_restrictions", std::string(5000, 'x')}});
    EXPECT_EQ(longer.status, 422);
    EXPECT_EQ(anna.post(path(event, "register/"), {{"special_requests", std::string("a\0b", 3)}}).status, 400);
    EXPECT_EQ(anna.send("POST", path(event, "register/"), "application/x-www-form-urlencoded", "a=%ff").status, 400);
    EXPECT_EQ(db.count(orm::select<EventRegistration>), 0);
    EXPECT_EQ(anna.post(path(event, "register/"), {{"dietary_restrictions", "%_'\"\\ 🍷"}}).status, 303);
}

TEST_P(Pages, PROF1_profile_form_from_start_to_review) {
    const UserId id = account("Anna");
    Browser anna = logged_in(id);
    EXPECT_THAT(text(anna.get("/en/dashboard/")), HasSubstr("Create my profile"));
    anna.get("/en/create-profile/");
    const web::Response wrong =
        anna.post("/en/create-profile/", {{"date_of_birth", "2020-01-01"}, {"bio", "<i>hi</i>"}});
    EXPECT_EQ(wrong.status, 422);
    EXPECT_THAT(text(wrong), AllOf(HasSubstr("you need to be 18"), HasSubstr("&lt;i&gt;hi&lt;/i&gt;")));
    const web::Response sent = anna.post("/en/create-profile/", {{"date_of_birth", "1995-05-01"},
                                                                 {"gender", "female"},
                                                                 {"phone", "621 123 456"},
                                                                 {"location", "Wiltz"},
                                                                 {"looking_for", "friends"},
                                                                 {"is_approved", "1"}});
    EXPECT_EQ(location(sent), "/en/profile-submitted/");
    EXPECT_THAT(text(anna.get("/en/profile-submitted/")), HasSubstr("A coach is reading your profile"));
    EXPECT_EQ(anna.get("/en/create-profile/").status, 302) << "read-only while it is reviewed";
    EXPECT_FALSE(db.get(orm::select<CrushProfile> | profile_of(id)).is_approved);
}

TEST_P(Pages, AUTH2_sign_up_asks_names_and_leads_to_the_profile) {
    Browser guest = browser();
    guest.get("/en/signup/");
    const web::Response answer = guest.post("/en/signup/", {{"email", "neu@example.lu"},
                                                            {"password", "lilac-harbour-72"},
                                                            {"password2", "lilac-harbour-72"},
                                                            {"first_name", "Nora"},
                                                            {"last_name", "Klein"}});
    EXPECT_EQ(answer.status, 303) << answer.content();
    EXPECT_EQ(location(answer), "/en/create-profile/");
    EXPECT_EQ(guest.get("/en/create-profile/").status, 200);
}

TEST_P(Pages, LANG3_LANG4_the_language_switch_counts_for_pages_and_for_letters) {
    const EventId event = coming({.title = "Wine"});
    const UserId anna = member("Anna");
    Browser one = logged_in(anna);
    const auto choose = [&](const std::string& language, const std::string& next) {
        return one.post("/i18n/setlang/", {{"language", language}, {"next", next}});
    };
    EXPECT_EQ(location(choose("de", path(event) + "?from=mail")),
              "/de/events/" + std::to_string(event.value) + "/?from=mail");
    EXPECT_EQ(auth::language_of(db, anna), "de");
    EXPECT_EQ(location(one.get("/events/")), "/de/events/");
    EXPECT_THAT(text(one.get("/de/events/")), HasSubstr("<html lang=\"de\""));
    for (const char* none : {"it", "", "DE ", "../fr"}) choose(none, "/de/");
    EXPECT_EQ(location(choose("fr", "//evil.example/")), "/");
    EXPECT_EQ(auth::language_of(db, anna), "fr") << "the choice counts, the way to it does not";
    EXPECT_EQ(location(choose("de", "/fr/events/")), "/de/events/");
    one.post(path(event, "register/"), {});
    PostOffice office(db);
    const auto mails = office.deliver(orm::utc_now() + 1min);
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(mails[0].language, "de");
    EXPECT_THAT(mails[0].text, HasSubstr("https://crush.lu/de/events/"));
}

}  // namespace
}  // namespace crush_lu
