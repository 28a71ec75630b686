// The PowerUP site as members and hostile programs meet it (cases 36, 40).
#include <boost/json/parse.hpp>

#include "entreprinder/services.hpp"
#include "entreprinder/site.hpp"
#include "matching/models.hpp"
#include "platform_test.hpp"

namespace entreprinder {
namespace {

using platform::test::Browser;
using platform::test::location;
using platform::test::password;
using testing::HasSubstr;
using testing::Not;

class PowerUp : public platform::test::PlatformTest {
  protected:
    auth::User person(const std::string& name) {
        const auto made = user(name);
        EntrepreneurProfile profile;
        profile.user = made.id;
        profile.headline = "Headline of " + name;
        profile.bio = "Bio.";
        profile.company = "Company of " + name;
        db.insert(profile);
        return made;
    }
    std::int64_t profile_id(const auth::User& user) { return own_profile(db, user.id).id.value; }
    web::Site pages = site(context);
    Browser browser{pages, "powerup.localhost"};
};
ON_EACH_DATABASE(PowerUp);

TEST_P(PowerUp, SignUpAsksForTheCompanyAndMakesTheProfile) {
    browser.get("/accounts/signup/");
    const Browser::Form form{
        {"email", "anna@example.lu"}, {"password", std::string(password)}, {"password2", std::string(password)}};
    const auto refused = browser.post("/accounts/signup/", form);
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("anna@example.lu"));
    EXPECT_EQ(db.count(orm::select<auth::User>), 0);
    const auto both = browser.post("/accounts/signup/", {{"email", "x"}});
    EXPECT_THAT(both.body, HasSubstr("id=\"email-note\""));
    EXPECT_THAT(both.body, HasSubstr("id=\"company-note\""));
    auto full = form;
    full.emplace_back("company", " Velo <Weber> ");
    const auto joined = browser.post("/accounts/signup/", full);
    EXPECT_EQ(location(joined), "/en/profile/");
    EXPECT_EQ(db.get(orm::select<EntrepreneurProfile>).company, "Velo <Weber>");
    const auto profile = browser.get("/en/profile/");
    EXPECT_EQ(profile.status, 200);
    EXPECT_THAT(profile.body, HasSubstr("Velo &lt;Weber&gt;"));
}

TEST_P(PowerUp, ShowsWhatIsWrongBesideTheFieldAndKeepsTheRest) {
    browser.log_in(user("anna"));
    browser.get("/en/profile/");
    const auto answer = browser.post("/en/profile/", {{"headline", ""}, {"company", "Velo"}, {"bio", "<b>kept</b>"}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(answer.body, HasSubstr("One line that says what you do."));
    EXPECT_THAT(answer.body, HasSubstr("&lt;b&gt;kept&lt;/b&gt;"));
    EXPECT_THAT(answer.body, HasSubstr("aria-invalid=\"true\""));
    const auto saved = browser.post(
        "/en/profile/", {{"headline", "Bikes"}, {"company", "Velo"}, {"industry", "x"}, {"industry", "-1"}});
    EXPECT_EQ(saved.status, 303);
    EXPECT_THAT(browser.get("/en/profile/").body, HasSubstr("Your profile is saved."));
}

TEST_P(PowerUp, DirectoryPagesOfAnyNumberAreAnswered) {
    const auto me = person("me");
    EXPECT_EQ(browser.get("/en/entrepreneurs/").status, 302);
    browser.log_in(me);
    for (int i = 0; i < 13; ++i) person("p" + std::to_string(i));
    for (const char* page : {"0", "-1", "abc", "", "99999999999999999999", "9223372036854775807", "1e9", "%27"}) {
        const auto answer = browser.get(std::string("/en/entrepreneurs/?page=") + page);
        EXPECT_EQ(answer.status, 200) << page;
        EXPECT_THAT(answer.body, HasSubstr("Headline of")) << page;
    }
    const auto last = browser.get("/en/entrepreneurs/?page=2");
    EXPECT_THAT(last.body, HasSubstr("Page 2 of 2"));
    EXPECT_THAT(last.body, Not(HasSubstr("@example.lu")));
    EXPECT_THAT(last.body, Not(HasSubstr("Headline of me")));
    orm::expect_queries(7, [&] { browser.get("/en/entrepreneurs/"); });  // session, user, and the directory's five
}

TEST_P(PowerUp, TheDeckIsForVerifiedPeople) {
    const auto anna = user("anna", false);
    browser.log_in(anna);
    EXPECT_EQ(browser.get("/en/matching/swipe/").status, 403);
    EXPECT_EQ(browser.post_json("/en/matching/swipe/action/", R"({"profile_id":1,"action":"like"})").status, 403);
    EXPECT_THAT(browser.get("/en/").body, HasSubstr("not confirmed yet"));
}

TEST_P(PowerUp, SwipesByFormAndByJson) {
    const auto anna = person("anna"), bob = person("bob"), carl = person("carl");
    matching::Like like;
    like.from_user = bob.id;
    like.to_user = anna.id;
    db.insert(like);
    browser.log_in(anna);
    const auto deck = browser.get("/en/matching/swipe/");
    EXPECT_THAT(deck.body, HasSubstr("Headline of bob"));
    const auto answer = browser.post_json(
        "/en/matching/swipe/action/", R"({"profile_id":)" + std::to_string(profile_id(bob)) + R"(,"action":"like"})");
    const auto data = boost::json::parse(answer.content()).at("data");
    EXPECT_EQ(data.at("match"), true);
    EXPECT_EQ(data.at("matched_profile").at("name"), "Company of bob");
    EXPECT_EQ(data.at("next").at("profile_id"), profile_id(carl));
    browser.get("/en/matching/swipe/");
    EXPECT_EQ(browser
                  .post("/en/matching/swipe/action/",
                        {{"profile_id", std::to_string(profile_id(carl))}, {"action", "dislike"}})
                  .status,
              303);
    EXPECT_EQ(location(browser.get("/en/matching/swipe/")), "/en/matching/no-more-profiles/");
    EXPECT_THAT(browser.get("/en/matching/matches/").body, HasSubstr("Headline of bob"));
}

TEST_P(PowerUp, RefusesSwipesThatMakeNoSense) {
    const auto anna = person("anna"), bob = person("bob");
    browser.log_in(anna);
    const std::string path = "/en/matching/swipe/action/";
    EXPECT_EQ(browser.post_json(path, "{").status, 400);
    EXPECT_EQ(browser.post_json(path, "[]").status, 400);
    EXPECT_EQ(browser.post_json(path, R"({"action":"like"})").status, 400);
    EXPECT_EQ(browser.post_json(path, R"({"profile_id":"1","action":"like"})").status, 400);
    EXPECT_EQ(browser.post_json(path, R"({"profile_id":1e400,"action":"like"})").status, 400);
    EXPECT_EQ(browser.post_json(path, R"({"profile_id":99999,"action":"like"})").status, 404);
    EXPECT_EQ(
        browser.post_json(path, R"({"profile_id":)" + std::to_string(profile_id(anna)) + R"(,"action":"like"})").status,
        404);
    EXPECT_EQ(
        browser.post_json(path, R"({"profile_id":)" + std::to_string(profile_id(bob)) + R"(,"action":"superlike"})")
            .status,
        400);
    EXPECT_EQ(browser.post(path, {{"profile_id", "x"}, {"action", "like"}}).status, 404);
    EXPECT_EQ(Browser(pages).post_json(path, "{}").status, 403);  // no token
    EXPECT_EQ(db.count(orm::select<matching::Like>), 0);
}

}  // namespace
}  // namespace entreprinder
