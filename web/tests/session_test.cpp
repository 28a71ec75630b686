#include "support.hpp"
#include "web/csrf.hpp"
#include "web/router.hpp"

namespace {

const std::string session_cookie = "__Host-session";
const std::string csrf_cookie = "__Host-csrf";

// Runs `work` behind the session middleware, with the given key as the browser's cookie.
web::Response with_session(MemoryStore& store, const std::string& key, const std::function<void(web::Session&)>& work,
                           int status = 200) {
    web::Headers headers;
    if (!key.empty()) headers.add("Cookie", session_cookie + "=" + key);
    web::Request request = make_request("GET", "/", std::move(headers));
    return web::sessions(store)(request, [&](web::Request& inner) {
        work(inner.get<web::Session>());
        return web::Response::text("", status);
    });
}

}  // namespace

TEST(Session, IsNeitherReadNorWrittenUnlessUsed) {
    MemoryStore store;
    const std::string key(32, 'a');
    store.rows[key] = {{"n", 1}};
    const web::Response response = with_session(store, key, [](web::Session&) {});
    EXPECT_EQ(store.loads, 0);
    EXPECT_FALSE(response.headers.has("Set-Cookie"));
    EXPECT_FALSE(response.headers.has("Vary"));
}

TEST(Session, IsWrittenOnlyWhenItsContentChanged) {
    MemoryStore store;
    const std::string key =
        cookie_of(with_session(store, "", [](web::Session& session) { session.set("n", 1); }), session_cookie);
    ASSERT_EQ(key.size(), 32U);
    EXPECT_EQ(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), key.npos);
    EXPECT_EQ(store.saves, 1);
    const web::Response same = with_session(store, key, [](web::Session& session) {
        EXPECT_EQ(session.integer("n"), 1);
        session.set("n", 2);
        session.set("n", 1);
    });
    EXPECT_EQ(store.saves, 1);
    EXPECT_FALSE(same.headers.has("Set-Cookie"));
    EXPECT_EQ(same.headers.get("Vary"), "Cookie");
    EXPECT_EQ(same.headers.get("Cache-Control"), "no-store");
    with_session(store, key, [](web::Session& session) { session.set("n", 2); });
    EXPECT_EQ(store.saves, 2);
}

TEST(Session, CookieIsHttpOnlySecureLaxForADay) {
    MemoryStore store;
    const web::Response response = with_session(store, "", [](web::Session& session) { session.set("n", 1); });
    EXPECT_TRUE(
        response.headers.get("Set-Cookie").ends_with("; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax"));
}

TEST(Session, RotationKeepsDataAndDestroysTheOldKey) {
    MemoryStore store;
    const std::string guest(32, 'g');
    store.rows[guest] = {{"plots", {1, 2}}};
    const web::Response response = with_session(store, guest, [](web::Session& session) {
        session.set("user_id", 7);
        session.rotate();
    });
    const std::string key = cookie_of(response, session_cookie);
    EXPECT_NE(key, guest);
    EXPECT_FALSE(store.rows.contains(guest));
    EXPECT_EQ(store.rows.at(key), (boost::json::object{{"plots", {1, 2}}, {"user_id", 7}}));
}

TEST(Session, FixedAndForgedKeysAreNotAdopted) {
    MemoryStore store;
    for (const std::string& forged :
         {std::string(32, 'f'), std::string("../x"), std::string(32, 'A'), std::string(5000, 'a')}) {
        const web::Response response = with_session(store, forged, [](web::Session& session) { session.set("n", 1); });
        EXPECT_NE(cookie_of(response, session_cookie), forged);
    }
    EXPECT_EQ(store.rows.size(), 4U);
    // A cookie without a row is taken back.
    const web::Response gone =
        with_session(store, std::string(32, 'z'), [](web::Session& session) { session.has("n"); });
    EXPECT_NE(gone.headers.get("Set-Cookie").find("Max-Age=0"), std::string_view::npos);
}

TEST(Session, FlushEndsItAndLaterDataStartANewOne) {
    MemoryStore store;
    const std::string key(32, 'a');
    store.rows[key] = {{"user_id", 7}};
    const web::Response response = with_session(store, key, [](web::Session& session) { session.flush(); });
    EXPECT_TRUE(store.rows.empty());
    EXPECT_NE(response.headers.get("Set-Cookie").find("Max-Age=0"), std::string_view::npos);
    store.rows[key] = {{"user_id", 7}};
    const web::Response again = with_session(store, key, [](web::Session& session) {
        session.flush();
        session.set("message", "Bye");
    });
    EXPECT_FALSE(store.rows.contains(key));
    EXPECT_EQ(store.rows.at(cookie_of(again, session_cookie)), (boost::json::object{{"message", "Bye"}}));
}

TEST(Session, LogoutInAnotherTabIsNotUndone) {
    MemoryStore store;
    const std::string key(32, 'a');
    store.rows[key] = {{"user_id", 7}};
    with_session(store, key, [&](web::Session& session) {
        session.set("n", 1);
        store.destroy(key);
    });
    EXPECT_TRUE(store.rows.empty());
}

TEST(Session, FailedRequestsChangeNothing) {
    MemoryStore store;
    const web::Response response = with_session(
        store, "", [](web::Session& session) { session.set("n", 1); }, 500);
    EXPECT_TRUE(store.rows.empty());
    EXPECT_FALSE(response.headers.has("Set-Cookie"));
}

TEST(Session, TakeReadsOnce) {
    MemoryStore store;
    const std::string key(32, 'a');
    store.rows[key] = {{"flash", "Saved."}};
    with_session(store, key, [](web::Session& session) { EXPECT_EQ(session.take("flash"), "Saved."); });
    with_session(store, key, [](web::Session& session) { EXPECT_TRUE(session.take("flash").is_null()); });
}

class Csrf : public testing::Test {
  protected:
    // One round of the middleware; a GET hands out a token in the body.
    web::Response ask(const std::string& method, web::Headers headers = {}, const std::string& body = {},
                      bool secure = true) {
        if (!cookie.empty()) headers.add("Cookie", csrf_cookie + "=" + cookie);
        web::Request request = make_request(method, "/", std::move(headers), body, secure);
        const web::Handler inner = [](web::Request& page) {
            return web::Response::text(page.is_get() ? web::csrf_token(page) : "done");
        };
        try {
            return web::csrf()(request, inner);
        } catch (const web::HttpError& error) {
            return web::Response::text(error.what(), error.status());
        }
    }
    void visit() {
        const web::Response page = ask("GET");
        token = page.body;
        if (const std::string fresh = cookie_of(page, csrf_cookie); !fresh.empty()) cookie = fresh;
    }
    const web::Headers home{{"Origin", "https://crush.lu"}};
    std::string cookie, token;
};

TEST_F(Csrf, AcceptsFormFieldAndHeader) {
    visit();
    EXPECT_EQ(token.size(), 64U);
    EXPECT_EQ(ask("POST", home, "csrf_token=" + token).status, 200);
    web::Headers with_header = home;
    with_header.add("X-CSRF-Token", token);
    EXPECT_EQ(ask("DELETE", with_header).status, 200);
    const std::string first = token;
    visit();
    EXPECT_NE(token, first);  // masked anew, the same secret
    EXPECT_EQ(ask("POST", home, "csrf_token=" + first).status, 200);
}

TEST_F(Csrf, RefusesMissingWrongAndForeignTokens) {
    EXPECT_EQ(ask("POST", home, "csrf_token=" + std::string(64, 'a')).status, 403);  // no cookie yet
    visit();
    EXPECT_EQ(ask("POST", home).status, 403);
    EXPECT_EQ(ask("POST", home, "csrf_token=" + std::string(64, 'a')).status, 403);
    EXPECT_EQ(ask("POST", home, "csrf_token=" + token.substr(1)).status, 403);
    EXPECT_EQ(ask("POST", home, "csrf_token=" + cookie).status, 403);
    const std::string mine = token;
    cookie.clear();
    visit();  // another browser
    EXPECT_EQ(ask("POST", home, "csrf_token=" + mine).status, 403);
}

TEST_F(Csrf, ChecksOriginAndReferer) {
    visit();
    const std::string form = "csrf_token=" + token;
    for (const char* origin :
         {"https://evil.example", "null", "http://crush.lu", "https://crush.lu.evil.example", ""}) {
        EXPECT_EQ(ask("POST", {{"Origin", origin}}, form).status, 403) << origin;
    }
    EXPECT_EQ(ask("POST", {{"Origin", "https://CRUSH.lu:443"}}, form).status, 200);
    EXPECT_EQ(ask("POST", {{"Referer", "https://crush.lu/form/"}}, form).status, 200);
    EXPECT_EQ(ask("POST", {{"Referer", "https://evil.example/crush.lu"}}, form).status, 403);
    EXPECT_EQ(ask("POST", {}, form).status, 403);
    EXPECT_EQ(ask("POST", {}, form, false).status, 200);  // plain http: browsers may leave out both
}

TEST_F(Csrf, BearerAndSafeMethodsPass) {
    EXPECT_EQ(ask("POST", {{"Authorization", "Bearer abc"}}).status, 200);
    EXPECT_EQ(ask("POST", {{"Authorization", "Basic abc"}}).status, 403);
    EXPECT_EQ(ask("HEAD").status, 200);
}

TEST_F(Csrf, RotationEndsOldTokens) {
    visit();
    web::Request request = make_request(
        "POST", "/", {{"Cookie", csrf_cookie + "=" + cookie}, {"Origin", "http://crush.lu"}}, "csrf_token=" + token);
    const web::Response response = web::csrf()(request, [](web::Request& inner) {
        web::rotate_csrf(inner);
        return web::Response::text("");
    });
    cookie = cookie_of(response, csrf_cookie);
    EXPECT_EQ(cookie.size(), 32U);
    EXPECT_EQ(ask("POST", home, "csrf_token=" + token).status, 403);
}

TEST_F(Csrf, FieldIsAHiddenInput) {
    web::Html out;
    out.write<"<form>{}</form>">(web::CsrfField{"abc"});
    EXPECT_EQ(out.str(), R"(<form><input type="hidden" name="csrf_token" value="abc"></form>)");
}
