// What an operator sees: /metrics and who may read it, the dashboard and the page that explain it, the debug panel,
// advice.
#include "monitor/monitoring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "database.hpp"
#include "monitor/database_stats.hpp"

namespace cli_tests {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string file(const std::string& name) {
    std::ifstream in(std::string(ENTREPRINDER_SOURCE) + "/" + name);
    EXPECT_TRUE(in) << name;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

class Operating : public testing::TestWithParam<orm::Dialect> {
  protected:
    Operating() : database(TestDatabase::make(GetParam())) { settings.slow_log = ""; }
    void SetUp() override { ASSERT_TRUE(database) << "run this through tests/support/with-postgres"; }

    web::Response get(cli::Monitoring& monitoring, const std::string& target, web::Headers headers = {},
                      const std::string& client = "127.0.0.1") {
        web::RawRequest raw;
        raw.target = target;
        raw.headers = std::move(headers);
        raw.headers.set("Host", "crush.localhost");
        raw.client_address = client;
        web::Request request(std::move(raw));
        return monitoring.around([this](web::Request&) {
            for (int i = 0; i < 6; ++i) database->db().raw<std::int64_t>("SELECT $1 + 1", std::int64_t{i});
            return web::Response::html("<html><body><p>Page</p></body></html>");
        })(request);
    }
    std::unique_ptr<TestDatabase> database;
    cli::Settings settings;
};

TEST_P(Operating, MetricsAreForThisMachineOrForTheToken) {
    settings.production = true;
    cli::Monitoring open(database->db(), database->url(), settings);
    EXPECT_EQ(get(open, "/metrics").status, 200);
    EXPECT_EQ(get(open, "/metrics", {}, "192.0.2.7").status, 404);
    EXPECT_EQ(get(open, "/metrics", {{"X-Forwarded-For", "127.0.0.1"}}).status, 404);
    settings.metrics_token = "riverbank";
    cli::Monitoring closed(database->db(), database->url(), settings);
    EXPECT_EQ(get(closed, "/metrics").status, 404);
    EXPECT_EQ(get(closed, "/metrics", {{"Authorization", "Bearer riverbanks"}}).status, 404);
    EXPECT_EQ(get(closed, "/metrics", {{"Authorization", "Bearer riverbank"}}, "192.0.2.7").status, 200);
}

TEST_P(Operating, EachMetricIsExplainedAndTheDashboardAsksForNoOther) {
    settings.slow_log = "never.jsonl";  // nothing is slow enough
    settings.slow_milliseconds = 1'000'000;
    cli::Monitoring with_log(database->db(), database->url(), settings);
    with_log.answered({"127.0.0.1", "GET", "/en/", "/", 200, 10, std::chrono::microseconds(1500)});
    get(with_log, "/");
    const std::string text = with_log.metrics_text();
    EXPECT_THAT(
        text, HasSubstr("entreprinder_request_duration_seconds_bucket{route=\"/\",status=\"2xx\",le=\"0.0025\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("entreprinder_database_up 1\n"));
    EXPECT_THAT(text, testing::ContainsRegex(
                          "entreprinder_repeated_queries_total\\{query=\"cli/monitoring_test.cpp:[0-9]+\"\\} 1\n"));
    EXPECT_THAT(text, HasSubstr("entreprinder_migrations_unapplied 0\n"));
    EXPECT_THAT(text, HasSubstr("entreprinder_outbox_jobs{state=\"dead\"} 0\n"));

    std::set<std::string> told, asked;
    const std::regex type("# TYPE (\\w+) (\\w+)");
    const std::string page = file("docs/topics/operating.md");
    for (std::sregex_iterator at(text.begin(), text.end(), type), end; at != end; ++at) {
        const std::string name = (*at)[1];
        const bool whole = page.find("`" + name + "`") != page.npos;
        const auto tail = name.substr(std::string("entreprinder_pool").size());
        const bool abbreviated = name.starts_with("entreprinder_pool") && page.find("`" + tail + "`") != page.npos;
        EXPECT_TRUE(whole || abbreviated) << name << " is not in operating.md";
        told.insert(name);
        if ((*at)[2] == "histogram")
            for (const char* part : {"_bucket", "_sum", "_count"}) told.insert(name + part);
    }
    const std::string dashboard = file("docs/dashboards/entreprinder.json");
    EXPECT_TRUE(boost::json::parse(dashboard).is_object());
    const std::regex metric("entreprinder_\\w+");
    for (std::sregex_iterator at(dashboard.begin(), dashboard.end(), metric), end; at != end; ++at) {
        EXPECT_TRUE(told.contains(at->str())) << "the dashboard asks for " << at->str();
        asked.insert(at->str());
    }
    EXPECT_GT(asked.size(), 20U);
}

/// Without blanks.
std::string essence(std::string text) {
    std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
    return text;
}

TEST(OperatingPage, ItsExamplesAreCompiled) {
    const std::string page = file("docs/topics/operating.md"),
                      code = essence(file("orm/tests/monitor/monitor_test.cpp"));
    const std::regex block("```cpp\n([^`]*)```");
    std::size_t blocks = 0;
    for (std::sregex_iterator at(page.begin(), page.end(), block), end; at != end; ++at, ++blocks)
        EXPECT_NE(code.find(essence((*at)[1])), std::string::npos) << "no test has " << (*at)[1];
    EXPECT_GT(blocks, 0U);
}

TEST_P(Operating, ThePanelShowsStatementsAndMarksALoop) {
    cli::Monitoring monitoring(database->db(), database->url(), settings);
    const std::string page = get(monitoring, "/en/").body;
    EXPECT_THAT(page, HasSubstr("6 statements, "));
    EXPECT_THAT(page, HasSubstr("repeats 6 times</span>"));
    EXPECT_THAT(page, HasSubstr(" + 1 [5]"));
    EXPECT_THAT(page, testing::EndsWith("</details></body></html>"));
    EXPECT_THAT(page, Not(HasSubstr("style=")));
    std::smatch link;
    ASSERT_TRUE(std::regex_search(page, link, std::regex("/__debug__/plan\\?id=\\d+")));
    const web::Response plan = get(monitoring, link.str());
    EXPECT_EQ(plan.status, 200);
    EXPECT_THAT(plan.body, HasSubstr(GetParam() == orm::Dialect::sqlite ? "SCAN CONSTANT ROW" : "Result  (cost="));
    EXPECT_EQ(get(monitoring, "/__debug__/plan?id=1").status, 404);
    EXPECT_THAT(get(monitoring, "/en/", {}, "192.0.2.7").body, Not(HasSubstr("debug-panel")));
    settings.production = true;
    cli::Monitoring production(database->db(), database->url(), settings);
    EXPECT_THAT(get(production, "/en/").body, Not(HasSubstr("debug-panel")));
    EXPECT_THAT(get(production, link.str()).body, Not(HasSubstr("cost=")));
}

TEST_P(Operating, StatsAndVacuumReadTheCatalogue) {
    orm::Database& db = database->db();
    db.execute("CREATE TABLE lonely (id integer PRIMARY KEY, friend integer REFERENCES lonely (id))");
    const std::string stats = cli::stats_text(db);
    EXPECT_THAT(stats, HasSubstr("lonely (friend)"));
    EXPECT_THAT(stats, HasSubstr("crush_lu_meetupevent"));
    EXPECT_EQ(cli::vacuum_text(db), "Nothing to do.\n");
    if (GetParam() == orm::Dialect::sqlite) return;
    EXPECT_THAT(cli::sessions_text(db, 5), StartsWith("     pid   seconds"));
}

std::string name_of(const testing::TestParamInfo<orm::Dialect>& info) {
    return info.param == orm::Dialect::sqlite ? "sqlite" : "postgres";
}
INSTANTIATE_TEST_SUITE_P(, Operating, testing::Values(orm::Dialect::sqlite, orm::Dialect::postgres), name_of);

}  // namespace
}  // namespace cli_tests
