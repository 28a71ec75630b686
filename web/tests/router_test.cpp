#include "web/router.hpp"

#include "support.hpp"
#include "web/hosts.hpp"
#include "web/language.hpp"

namespace {

web::Handler says(std::string text) {
    return [text](web::Request&) { return web::Response::text(text); };
}

web::Response ask(const web::Handler& site, std::string method, std::string target, web::Headers headers = {},
                  std::string body = {}) {
    web::Request request = make_request(std::move(method), std::move(target), std::move(headers), std::move(body));
    return site(request);
}

std::string location(const web::Response& response) {
    return std::string(response.headers.get("Location"));
}

web::Site make_site() {
    web::Site site({.languages = {"en", "de", "fr"}});
    site.pages().get("/", says("home")).get("/events/{id:int}/", [](web::Request& request) {
        return web::Response::text(web::language(request) + " " + std::to_string(request.id("id")) + " " +
                                   web::url(request, "/x/") + " " + web::url_in(request, "fr"));
    });
    site.pages().route(web::get_post, "/profile/", says("profile"));
    site.plain().get("/admin/", says("admin")).post("/api/save/", says("saved"));
    return site;
}

}  // namespace

TEST(Router, MatchesTypedParameters) {
    web::Routes routes;
    routes.get("/events/{id:int}/", says("")).get("/p/{slug:slug}/", says("")).get("/i/{code}/", says(""));
    routes.get("/static/{name:path}", says("")).get("/events/new/", says(""));
    const auto kind = [&](std::string_view path) { return routes.match(web::Method::Get, path).kind; };
    using Match = web::Routes::Match;
    EXPECT_EQ(kind("/events/7/"), Match::Found);
    EXPECT_EQ(kind("/events/new/"), Match::Found);
    EXPECT_EQ(kind("/events/9223372036854775807/"), Match::Found);
    for (const char* path : {"/events/9223372036854775808/", "/events/-1/", "/events/+1/", "/events/1x/", "/events//",
                             "/p/a b/", "/i//", "/static/", "/", "", "/events/7/x/"}) {
        EXPECT_EQ(kind(path), Match::None) << path;
    }
    EXPECT_EQ(kind("/events/7"), Match::MissingSlash);
    EXPECT_EQ(routes.match(web::Method::Get, "/static/a/b.css").params.get("name"), "a/b.css");
    EXPECT_EQ(routes.match(web::Method::Get, "/i/é/").params.get("code"), "é");
    EXPECT_EQ(routes.match(web::Method::Head, "/events/7/").kind, Match::Found);
    const auto wrong = routes.match(web::Method::Post, "/events/7/");
    EXPECT_EQ(wrong.kind, Match::WrongMethod);
    EXPECT_EQ(wrong.allow, "GET, HEAD, OPTIONS");
}

TEST(Router, RefusesBadPatterns) {
    web::Routes routes;
    for (const char* pattern : {"x", "/{", "/{}/", "/{a:float}/", "/a{b}/", "/{a:path}/b", "/{:int}/"}) {
        EXPECT_THROW(routes.get(pattern, says("")), std::invalid_argument) << pattern;
    }
}

TEST(Site, AnswersWrongMethodsAndUnknownPaths) {
    web::Site site = make_site();
    EXPECT_EQ(ask(std::ref(site), "GET", "/en/nothing/").status, 404);
    const web::Response wrong = ask(std::ref(site), "DELETE", "/en/profile/");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.headers.get("Allow"), "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(ask(std::ref(site), "OPTIONS", "/en/profile/").status, 204);
    const web::Response api = ask(std::ref(site), "GET", "/api/nothing/");
    EXPECT_EQ(api.status, 404);
    EXPECT_EQ(api.body, R"({"success":false,"message":"There is no such page."})");
}

TEST(Site, RedirectsMissingSlashes) {
    web::Site site = make_site();
    const web::Response get = ask(std::ref(site), "GET", "/de/profile?x=%20&y=1");
    EXPECT_EQ(get.status, 301);
    EXPECT_EQ(location(get), "/de/profile/?x=%20&y=1");
    EXPECT_EQ(ask(std::ref(site), "POST", "/api/save").status, 308);
    EXPECT_EQ(location(ask(std::ref(site), "GET", "/de")), "/de/");
    EXPECT_EQ(ask(std::ref(site), "GET", "//evil.example").status, 404);
    EXPECT_EQ(ask(std::ref(site), "GET", "/en//evil.example").status, 404);
}

TEST(Site, RunsMiddlewareInOrderAroundErrorsToo) {
    web::Site site;
    std::string order;
    for (const char* name : {"a", "b"}) {
        site.use([&order, name](web::Request& request, const web::Handler& next) {
            order += name;
            web::Response response = next(request);
            response.headers.set(name, std::to_string(response.status));
            order += name;
            return response;
        });
    }
    site.pages().get("/", says("ok")).get("/bad/", [](web::Request&) -> web::Response {
        throw std::runtime_error("x");
    });
    site.pages().get("/no/", [](web::Request&) -> web::Response { throw web::HttpError(403, "No."); });
    EXPECT_EQ(ask(std::ref(site), "GET", "/").body, "ok");
    EXPECT_EQ(order, "abba");
    EXPECT_EQ(ask(std::ref(site), "GET", "/bad/").headers.get("a"), "500");
    EXPECT_EQ(ask(std::ref(site), "GET", "/no/").headers.get("b"), "403");
    EXPECT_EQ(ask(std::ref(site), "GET", "/404/").headers.get("a"), "404");
    site.error_page([](web::Request&, int status, std::string_view message) {
        return web::Response::html("page " + std::string(message), status);
    });
    EXPECT_EQ(ask(std::ref(site), "GET", "/no/").body, "page No.");
    site.error_page([](web::Request&, int, std::string_view) -> web::Response { throw std::runtime_error("x"); });
    EXPECT_EQ(ask(std::ref(site), "GET", "/no/").status, 403);
}

// Case 39 and LANG-1 … LANG-4.
TEST(Languages, UnprefixedPagesRedirectToTheBest) {
    web::Site site = make_site();
    const web::Response plain = ask(std::ref(site), "GET", "/events/7/?a=1&b=%2F");
    EXPECT_EQ(plain.status, 302);
    EXPECT_EQ(location(plain), "/en/events/7/?a=1&b=%2F");
    EXPECT_EQ(plain.headers.get("Vary"), "Accept-Language, Cookie");
    const auto to = [&](web::Headers headers) { return location(ask(std::ref(site), "GET", "/", std::move(headers))); };
    EXPECT_EQ(to({{"Accept-Language", "fr-LU,fr;q=0.9,en;q=0.5"}}), "/fr/");
    EXPECT_EQ(to({{"Accept-Language", "it, de;q=0.3, fr;q=0.2"}}), "/de/");
    EXPECT_EQ(to({{"Accept-Language", "fr;q=0, de;q=0"}}), "/en/");
    EXPECT_EQ(to({{"Accept-Language", "fr"}, {"Cookie", "language=de"}}), "/de/");
    EXPECT_EQ(to({{"Accept-Language", "fr"}, {"Cookie", "language=it"}}), "/fr/");
    EXPECT_EQ(location(ask(std::ref(site), "GET", "/profile")), "/en/profile/");
    EXPECT_EQ(ask(std::ref(site), "POST", "/profile/").status, 307);
}

TEST(Languages, ThePrefixWinsOverTheCookie) {
    web::Site site = make_site();
    EXPECT_EQ(ask(std::ref(site), "GET", "/fr/events/7/?q=1", {{"Cookie", "language=de"}}).body,
              "fr 7 /fr/x/ /fr/events/7/?q=1");
    EXPECT_EQ(ask(std::ref(site), "GET", "/de/events/7/?q=1").body, "de 7 /de/x/ /fr/events/7/?q=1");
}

TEST(Languages, UnknownPrefixesAndPrefixedPlainPathsAre404) {
    web::Site site = make_site();
    for (const char* path : {"/it/", "/it/events/7/", "/fr/admin/", "/fr/api/save/", "/english/", "/de/de/", "/EN/"}) {
        EXPECT_EQ(ask(std::ref(site), "GET", path).status, 404) << path;
    }
    EXPECT_EQ(ask(std::ref(site), "GET", "/admin/").body, "admin");
}

TEST(Languages, SetlangStoresAndReturns) {
    web::Site site = make_site();
    const auto set = [&](const std::string& form) { return ask(std::ref(site), "POST", "/i18n/setlang/", {}, form); };
    const web::Response french = set("language=fr&next=%2Fde%2Fevents%2F7%2F%3Fq%3D1");
    EXPECT_EQ(location(french), "/fr/events/7/?q=1");
    EXPECT_EQ(cookie_of(french, "language"), "fr");
    EXPECT_EQ(location(set("language=fr&next=%2F%2Fevil.example")), "/");
    EXPECT_EQ(location(set("language=fr&next=https%3A%2F%2Fevil.example")), "/");
    const web::Response invalid = set("language=it&next=%2Fde%2F");
    EXPECT_EQ(location(invalid), "/de/");
    EXPECT_FALSE(invalid.headers.has("Set-Cookie"));
    EXPECT_EQ(ask(std::ref(site), "GET", "/i18n/setlang/").status, 405);
}

// Case 38 and HOST-1 … HOST-4.
class HostTable : public testing::Test {
  protected:
    static web::Hosts make(web::HostOptions options) {
        options.default_host = "powerup.lu";
        web::Hosts hosts(std::move(options));
        hosts.add("crush.lu", {"crush.localhost"}, says("crush"));
        hosts.add("vinsdelux.com", {"vinsdelux.localhost"}, says("vins"));
        hosts.add("powerup.lu", {"powerup.localhost"}, says("powerup"));
        hosts.add("entreprinder.app", {}, says("powerup"));
        hosts.readiness(says("ready"));
        return hosts;
    }
    static web::Response at(const web::Hosts& hosts, const std::string& host, const std::string& target = "/",
                            const std::string& method = "GET") {
        web::RawRequest raw;
        raw.method = method;
        raw.target = target;
        if (host != "-") raw.headers.add("Host", host);
        web::Request request(std::move(raw));
        return hosts(request);
    }
    web::Hosts production = make({});
    web::Hosts development = make({.production = false, .development_default = "crush.lu"});
};

TEST_F(HostTable, KnownHostsInAnySpelling) {
    for (const char* host :
         {"crush.lu", "CRUSH.LU", "crush.lu:8000", "crush.lu.", "Crush.Lu.:443", "crush.localhost:8000"}) {
        EXPECT_EQ(at(production, host).body, "crush") << host;
    }
    EXPECT_EQ(at(production, "vinsdelux.com").body, "vins");
    EXPECT_EQ(at(production, "entreprinder.app").body, "powerup");
}

TEST_F(HostTable, WwwRedirectsOnce) {
    const web::Response get = at(production, "www.crush.lu:80", "/events/?q=%20a");
    EXPECT_EQ(get.status, 301);
    EXPECT_EQ(location(get), "https://crush.lu/events/?q=%20a");
    EXPECT_EQ(at(production, "www.crush.lu", "/x", "POST").status, 308);
    EXPECT_EQ(at(production, "www.www.crush.lu").status, 400);
    EXPECT_EQ(at(production, "www.other.lu").status, 400);
    EXPECT_EQ(location(at(production, "app-1.azurewebsites.net", "/x?y")), "https://powerup.lu/x?y");
    EXPECT_EQ(at(production, "azurewebsites.net").status, 400);
}

TEST_F(HostTable, UnknownHosts) {
    for (const char* host :
         {"-", "", "evil.example", "a b", "[::1", "crush.lu@evil", "169.254.1.2", "localhost", "[::1]:80"}) {
        EXPECT_EQ(at(production, host).status, 400) << host;
    }
    for (const char* host : {"localhost:8000", "127.0.0.1", "[::1]:8000", "other.example"}) {
        EXPECT_EQ(at(development, host).body, "crush") << host;
    }
    EXPECT_EQ(at(development, "vinsdelux.localhost:8000").body, "vins");
    for (const char* host : {"-", "a b", "169.254.1.2"}) EXPECT_EQ(at(development, host).status, 400) << host;
}

TEST_F(HostTable, HealthAnswersEverywhere) {
    for (const char* host :
         {"-", "", "crush.lu", "www.crush.lu", "x.azurewebsites.net", "169.254.130.1", "a b", "[::1"}) {
        for (const char* path : {"/healthz", "/healthz/"}) {
            const web::Response response = at(production, host, path);
            EXPECT_EQ(response.status, 200);
            EXPECT_EQ(response.body, "OK");
            EXPECT_TRUE(response.headers.get("Content-Type").starts_with("text/plain"));
        }
        EXPECT_EQ(at(production, host, "/readyz/").body, "ready");
    }
    EXPECT_EQ(at(production, "www.crush.lu", "/healthz", "POST").status, 308);
}
