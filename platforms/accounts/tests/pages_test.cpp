// Log-in and sessions as browsers and attackers meet them (AUTH-4, SES-1, SES-2; case 37).
#include "accounts/queries.hpp"
#include "accounts/services.hpp"
#include "accounts/site.hpp"
#include "common/flash.hpp"
#include "platform_test.hpp"
#include "web/session.hpp"

namespace auth {
namespace {

using platform::test::Browser;
using platform::test::location;
using platform::test::password;
using testing::HasSubstr;
using testing::Not;

const platform::Brand brand{.folder = "entreprinder",
                            .name = "Test",
                            .tagline = "Tested.",
                            .theme_colour = "#000",
                            .nav = {},
                            .home_of_member = "/me/"};

class AccountPages : public platform::test::PlatformTest {
  protected:
    AccountPages() {
        site.pages().get("/", [](web::Request& request) { return text(request, "home"); });
        site.pages().get("/me/", [](web::Request& request) { return text(request, require_user(request).username); });
        site.plain().get("/api/me/", [](web::Request& request) {
            return web::Response::text(std::string(require_user(request).username));
        });
        site.pages().get("/select/", [](web::Request& request) {
            request.get<web::Session>().set("plots", "1,2");
            return text(request, "selected");
        });
        site.pages().get("/selection/", [](web::Request& request) {
            return text(request, request.get<web::Session>().string("plots"));
        });
        site.pages().get("/broken/", [](web::Request&) -> web::Response { throw std::runtime_error("secret detail"); });
    }
    static web::Response text(web::Request& request, std::string_view body) {
        return platform::page(request, {}, [&](web::Html& out) { out.write<"<p>[{}]</p>">(body); });
    }
    web::Response log_in(Browser& browser, const std::string& name, const std::string& next = "",
                         std::string given = std::string(password)) {
        browser.get("/accounts/login/");
        return browser.post("/accounts/login/", {{"email", name + "@example.lu"}, {"password", given}, {"next", next}});
    }
    web::Site site = make_site(context, brand);
};
ON_EACH_DATABASE(AccountPages);

TEST_P(AccountPages, SendsStrangersToTheLoginPageAndBack) {
    user("anna");
    Browser browser(site);
    const auto away = browser.get("/en/me/?a=1&b=2");
    EXPECT_EQ(away.status, 302);
    EXPECT_EQ(location(away), "/accounts/login/?next=%2Fen%2Fme%2F%3Fa%3D1%26b%3D2");
    const auto page = browser.get(location(away));
    EXPECT_EQ(platform::test::between(page.body, R"(name="next" value=")", "\""), "/en/me/?a=1&amp;b=2");
    EXPECT_EQ(location(log_in(browser, "anna", "/en/me/?a=1&b=2")), "/en/me/?a=1&b=2");
    EXPECT_EQ(browser.get("/api/me/").body, "anna");
    EXPECT_EQ(Browser(site).get("/api/me/").status, 401);
}

TEST_P(AccountPages, BytesThatAreNoTextAreTheSendersMistake) {
    web::Site asking = make_site(context, brand, {.extra = {{.name = "company", .label = "Company"}}});
    for (const std::string& company : {std::string("caf\xe9"), std::string("caf\0", 4)}) {
        Browser browser(asking);
        browser.get("/accounts/signup/");
        const auto answer = browser.post("/accounts/signup/", {{"email", "anna@example.lu"},
                                                               {"password", std::string(password)},
                                                               {"password2", std::string(password)},
                                                               {"company", company}});
        EXPECT_EQ(answer.status, 400);
    }
}

TEST_P(AccountPages, NeverRedirectsToAnotherHost) {
    user("anna");
    for (const char* evil : {"//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)",
                             "\t//evil.example", "/accounts/logout/", "evil"}) {
        Browser browser(site);
        EXPECT_EQ(location(log_in(browser, "anna", evil)), "/en/me/") << evil;
    }
}

TEST_P(AccountPages, SaysTheSameToAWrongPasswordAndAnUnknownAddress) {
    user("anna");
    Browser one(site), two(site);
    const auto wrong = log_in(one, "anna", "", "wrong-password"), unknown = log_in(two, "nobody", "", "wrong-password");
    EXPECT_EQ(wrong.status, 422);
    EXPECT_EQ(unknown.status, 422);
    const auto message = [](const web::Response& page) {
        return platform::test::between(page.body, "role=\"alert\">", "<");
    };
    EXPECT_EQ(message(wrong), message(unknown));
    EXPECT_FALSE(message(wrong).empty());
    EXPECT_THAT(wrong.body, Not(HasSubstr("wrong-password")));
}

TEST_P(AccountPages, RotatesTheSessionAtLoginAndKeepsWhatGuestsChose) {
    user("anna");
    Browser browser(site);
    browser.get("/en/select/");
    const std::string guest = browser.cookies["session"];
    ASSERT_FALSE(guest.empty());
    log_in(browser, "anna");
    EXPECT_NE(browser.cookies["session"], guest);
    EXPECT_THAT(browser.get("/en/selection/").body, HasSubstr("[1,2]"));
    Browser thief(site);  // fixation: the key from before the login opens nothing
    thief.cookies["session"] = guest;
    EXPECT_EQ(thief.get("/en/me/").status, 302);
    EXPECT_EQ(sessions(), 1);
}

TEST_P(AccountPages, DropsAnotherUsersData) {
    const auto anna = user("anna");
    const auto bob = user("bob");
    Browser browser(site);
    log_in(browser, "anna");
    browser.get("/en/select/");
    browser.get("/en/me/");
    browser.post("/accounts/login/", {{"email", "bob@example.lu"}, {"password", std::string(password)}});
    EXPECT_THAT(browser.get("/en/me/").body, HasSubstr("[bob]"));
    EXPECT_THAT(browser.get("/en/selection/").body, HasSubstr("[]"));
}

TEST_P(AccountPages, LogoutInOneTabEndsTheOther) {
    user("anna");
    Browser browser(site);
    log_in(browser, "anna");
    Browser other_tab(site);
    other_tab.cookies = browser.cookies;
    browser.get("/en/me/");
    browser.post("/accounts/logout/", {});
    EXPECT_EQ(other_tab.get("/en/me/").status, 302);
    EXPECT_EQ(Browser(site).get("/accounts/logout/").status, 405);
}

TEST_P(AccountPages, DeactivationAndANewPasswordEndSessions) {
    const auto anna = user("anna");
    Browser browser(site);
    log_in(browser, "anna");
    change_password(db, anna.id, "quiet-orchard-9", "quiet-orchard-9");
    EXPECT_EQ(browser.get("/en/me/").status, 302);
    EXPECT_EQ(log_in(browser, "anna", "", "quiet-orchard-9").status, 303);
    db.update(orm::select<User> | with_id(anna.id), orm::set<& User::is_active> = false);
    EXPECT_EQ(browser.get("/en/me/").status, 302);
    EXPECT_EQ(sessions(), 0);
}

TEST_P(AccountPages, TamperedCookiesAreNobody) {
    user("anna");
    for (const char* key : {"", "x", "' OR 1=1 --", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        Browser browser(site);
        browser.cookies["session"] = key;
        EXPECT_EQ(browser.get("/en/me/").status, 302) << key;
        EXPECT_EQ(browser.get("/en/").status, 200) << key;
    }
}

TEST_P(AccountPages, WritesASessionOnlyWhenItChanged) {
    user("anna");
    Browser browser(site);
    log_in(browser, "anna");
    browser.get("/en/me/");
    orm::expect_queries(2, [&] { browser.get("/en/me/"); });  // the session, the user
    orm::expect_queries(0, [&] { Browser(site).get("/en/"); });
}

TEST_P(AccountPages, FormsNeedTheirToken) {
    user("anna");
    Browser browser(site);
    const auto answer =
        browser.post("/accounts/login/", {{"email", "anna@example.lu"}, {"password", std::string(password)}});
    EXPECT_EQ(answer.status, 403);
    EXPECT_THAT(answer.body, HasSubstr("class=\"brand-entreprinder\""));
}

TEST_P(AccountPages, SurvivesWhateverIsSent) {
    Browser browser(site);
    browser.get("/accounts/signup/");
    const std::string type = "application/x-www-form-urlencoded";
    for (const std::string& body :
         {std::string("email=%00&password=%00"), std::string("email=%ff"), std::string("%"), std::string(200'000, 'a'),
          std::string("email=a@b.lu&password=") + std::string(100'000, 'x'),
          std::string("email=a@b.lu&email=c@d.lu&password=1&password=2"), std::string("\0\0", 2)})
        for (const char* path : {"/accounts/signup/", "/accounts/login/"}) {
            const int status = browser.send("POST", path, type, body).status;
            EXPECT_TRUE(status >= 400 && status < 500) << path << ' ' << status << ' ' << body.substr(0, 40);
        }
    EXPECT_EQ(db.count(orm::select<User>), 0);
}

TEST_P(AccountPages, ErrorsKeepTheirSecrets) {
    Browser browser(site);
    const auto answer = browser.get("/en/broken/");
    EXPECT_EQ(answer.status, 500);
    EXPECT_THAT(answer.body, Not(HasSubstr("secret detail")));
    EXPECT_THAT(answer.body, HasSubstr("Something broke on our side"));
}

TEST_P(AccountPages, SwitchesTheLanguageAndKeepsTheQuery) {
    Browser browser(site);
    browser.get("/en/?page=2");
    const auto answer = browser.post("/i18n/setlang/", {{"language", "fr"}, {"next", "/en/?page=2"}});
    EXPECT_EQ(location(answer), "/fr/?page=2");
    EXPECT_THAT(browser.get("/fr/").body, HasSubstr("<html lang=\"fr\""));
    EXPECT_EQ(location(browser.get("/")), "/fr/");
    EXPECT_EQ(location(browser.post("/i18n/setlang/", {{"language", "it"}, {"next", "//evil.example"}})), "/");
}

}  // namespace
}  // namespace auth
