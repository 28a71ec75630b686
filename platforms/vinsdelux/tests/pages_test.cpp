// Pages and endpoints of VinsDelux, as a browser and a hostile program meet them.
#include <boost/json/parse.hpp>

#include "fixture.hpp"
#include "vinsdelux/site.hpp"

namespace vinsdelux {
namespace {

using platform::test::Browser;
using platform::test::location;
using testing::HasSubstr;
using testing::Not;

class VinsDeluxSite : public Vineyards {
  protected:
    web::Site pages = site(context);
    Browser browser{pages, "vinsdelux.localhost"};

    boost::json::object json(const std::string& target, int status = 200) {
        const auto answer = browser.get(target);
        EXPECT_EQ(answer.status, status) << target;
        EXPECT_THAT(std::string(answer.headers.get("Content-Type")), HasSubstr("application/json")) << target;
        return boost::json::parse(answer.content()).as_object();
    }
};
ON_EACH_DATABASE(VinsDeluxSite);

TEST_P(VinsDeluxSite, ShowsProducersAndTheirPlots) {
    const auto estate = producer("Domaine <script>", "Remich", true);
    offer(plot(estate, "Felsberg & Sons"), plan("Taste", "90.00"));
    EXPECT_EQ(location(browser.get("/")), "/en/");
    EXPECT_THAT(browser.get("/en/").body, HasSubstr("Domaine &lt;script&gt;"));
    EXPECT_THAT(browser.get("/en/producers/").body, HasSubstr("1 to adopt"));
    const auto page = browser.get("/en/producers/" + std::to_string(estate.id.value) + "/");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("Felsberg &amp; Sons"));
    EXPECT_THAT(page.body, HasSubstr("€ 90"));
    EXPECT_THAT(page.body, Not(HasSubstr("<script>")));
    EXPECT_EQ(browser.get("/fr/producers/?region=Remich").status, 200);
}

TEST_P(VinsDeluxSite, AnswersUnknownPlacesWithItsOwn404) {
    for (const char* path :
         {"/en/producers/0/", "/en/producers/9223372036854775807/", "/en/producers/9223372036854775808/",
          "/en/producers/abc/", "/it/producers/", "/en/nothing/"}) {
        const auto answer = browser.get(path);
        EXPECT_EQ(answer.status, 404) << path;
        EXPECT_THAT(answer.body, HasSubstr("brand-vinsdelux")) << path;
    }
}

TEST_P(VinsDeluxSite, ListsPlotsAsJson) {
    const auto estate = producer("Estate");
    const auto row = plot(estate, "Felsberg");
    offer(row, plan("Taste", "90.10"));
    plot(estate, "Adopted", PlotStatus::adopted);
    const auto data = json("/api/plots/").at("data").as_object();
    EXPECT_EQ(data.at("count"), 1);
    const auto& first = data.at("plots").as_array().at(0).as_object();
    EXPECT_EQ(first.at("size_hectares"), "0.35");
    EXPECT_EQ(first.at("adoption_plans").at(0).at("price"), "90.10");
    EXPECT_EQ(first.at("grape_varieties").at(0), "Riesling");
    const auto one = json("/api/plots/" + std::to_string(row.id.value) + "/").at("data").as_object();
    EXPECT_EQ(one.at("status"), "available");
    json("/api/plots/99999/", 404);
}

TEST_P(VinsDeluxSite, RefusesFiltersThatCannotBeRead) {
    producer("Estate");
    for (const char* query :
         {"min_price=abc", "max_price=1e3", "min_price=12.345", "max_price=99999999999", "min_price=NaN",
          "producer_id=x", "producer_id=9223372036854775808", "premium_only=maybe"})
        EXPECT_EQ(json(std::string("/api/plots/?") + query, 400).at("success"), false) << query;
    for (const char* query : {"region=%00", "grape_variety=%ff", "min_price=%zz"})
        EXPECT_EQ(browser.get(std::string("/api/plots/?") + query).status, 400) << query;
    for (const char* query :
         {"region=%25&grape_variety=_", "region=%27%20OR%201=1--", "grape_variety=%22%5D", "producer_id=-1",
          "min_price=-5", "premium_only=true", "min_price=&max_price=", "unknown=1"})
        json(std::string("/api/plots/?") + query);
}

TEST_P(VinsDeluxSite, TellsAvailability) {
    const auto estate = producer("Estate");
    for (int i = 0; i < 25; ++i) plot(estate, "Plot " + std::to_string(i));
    const auto counts = json("/api/plots/availability/").at("data").as_object();
    EXPECT_EQ(counts.at("available"), 25);
    EXPECT_EQ(counts.at("total"), 25);
    EXPECT_FALSE(counts.contains("plots"));
    EXPECT_EQ(json("/api/plots/availability/?include_plots=true").at("data").at("plots").as_array().size(), 20u);
    json("/api/plots/availability/?include_plots=perhaps", 400);
}

TEST_P(VinsDeluxSite, PLOT7_guests_remember_and_members_hold_plots) {
    const auto estate = producer("Estate");
    const auto one = std::to_string(plot(estate, "one").id.value), two = std::to_string(plot(estate, "two").id.value);
    const auto anna = user("anna");
    browser.get("/en/");
    EXPECT_EQ(browser.post_json("/api/plots/reserve/", R"({"plot_ids":[)" + one + "]}").status, 401);
    EXPECT_EQ(
        browser.post_json("/api/plots/selection/", R"({"selected_plots":[)" + one + "," + two + ",99999]}").status,
        200);
    EXPECT_EQ(json("/api/plots/selection/").at("data").at("plot_ids").as_array().size(), 2u);
    EXPECT_EQ(availability(db, orm::utc_now()).available, 2);

    browser.log_in(anna);
    EXPECT_EQ(json("/api/plots/selection/").at("data").at("plot_ids").as_array().size(), 2u);
    const auto held = browser.post_json("/api/plots/reserve/", R"({"plot_ids":[)" + two + "," + one + "," + one + "]}");
    EXPECT_EQ(held.status, 201) << held.body;
    EXPECT_EQ(json("/api/plots/selection/").at("data").at("holds").as_array().size(), 2u);

    Browser other(pages, "vinsdelux.localhost");
    other.log_in(user("bob"));
    const auto late = other.post_json("/api/plots/reserve/", R"({"plot_ids":[)" + one + "]}");
    EXPECT_EQ(late.status, 409);
    EXPECT_THAT(late.body, HasSubstr("\"plot_ids\":[" + one + "]"));
    EXPECT_EQ(other.post_json("/api/plots/" + one + "/release/", "{}").status, 404);
    EXPECT_EQ(browser.post_json("/api/plots/" + one + "/release/", "{}").status, 200);
    EXPECT_EQ(other.post_json("/api/plots/reserve/", R"({"plot_ids":[)" + one + "]}").status, 201);
}

TEST_P(VinsDeluxSite, RefusesReservationsThatMakeNoSense) {
    browser.log_in(user("anna"));
    for (const char* body : {"", "{", "[]", "{}", R"({"plot_ids":1})", R"({"plot_ids":["1"]})", R"({"plot_ids":[1.5]})",
                             R"({"plot_ids":[]})", R"({"plot_ids":[1,2,3,4,5,6,7,8,9,10,11]})",
                             R"({"plot_ids":[1],"adoption_plan_id":"x"})", R"({"plot_ids":[1],"notes":5})"})
        EXPECT_EQ(browser.post_json("/api/plots/reserve/", body).status, 400) << body;
    EXPECT_EQ(browser.post_json("/api/plots/reserve/", R"({"plot_ids":[-1,9223372036854775807]})").status, 404);
    EXPECT_EQ(browser.post_json("/api/plots/99999/release/", "{}").status, 404);
}

TEST_P(VinsDeluxSite, SomebodyCanJoinAndLeave) {
    browser.get("/accounts/signup/");
    const auto joined = browser.post("/accounts/signup/", {{"email", "anna@example.lu"},
                                                           {"password", std::string(platform::test::password)},
                                                           {"password2", std::string(platform::test::password)},
                                                           {"first_name", "Anna"},
                                                           {"last_name", "Weber"}});
    ASSERT_EQ(joined.status, 303) << joined.body;
    const auto home = browser.get(location(joined));
    EXPECT_THAT(home.body, HasSubstr("Anna"));
    EXPECT_THAT(home.body, HasSubstr("Log out"));
    EXPECT_EQ(browser.post("/accounts/logout/", {}).status, 303);
    EXPECT_THAT(browser.get("/en/").body, HasSubstr("You are logged out"));
    EXPECT_THAT(browser.get("/en/").body, Not(HasSubstr("You are logged out")));
}

}  // namespace
}  // namespace vinsdelux
