// The example of docs and of the team: a site with a route, a session, a form and a redirect, as a platform writes it.
#include "support.hpp"
#include "web/csrf.hpp"
#include "web/hosts.hpp"
#include "web/html.hpp"
#include "web/router.hpp"
#include "web/session.hpp"
#include "web/static_files.hpp"

namespace {

void layout(web::Html& out, const web::Request& request, std::string_view title,
            const std::invocable<web::Html&> auto& body) {
    out.write<R"(<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>
<body><nav><a href="{}">Home</a></nav><main>{}</main></body></html>)">(web::language(request), title,
                                                                       web::url(request, "/"), body);
}

web::Response note_form(web::Request& request, std::string_view text, std::string_view problem, int status = 200) {
    web::Html out;
    layout(out, request, "Note", [&](web::Html& body) {
        body.write<
            R"({}<form method="post">{}<input name="text" value="{}" maxlength="40"><button>Save</button></form>)">(
            web::when(!problem.empty(), [&](web::Html& o) { o.write<R"(<p role="alert">{}</p>)">(problem); }),
            web::csrf_field(request), text);
    });
    return web::Response::html(std::move(out), status);
}

web::Response note(web::Request& request) {
    web::Session& session = request.get<web::Session>();
    if (!request.is_post()) return note_form(request, session.string("note"), "");
    const std::string_view text = request.form().get("text");
    if (text.empty()) return note_form(request, text, "Please write something.", 422);
    session.set("note", text);
    return web::Response::redirect(web::url(request, "/events/7/"));
}

web::Response event(web::Request& request) {
    const std::int64_t id = request.id("id");
    if (id != 7) throw web::HttpError(404, "There is no such event.");
    web::Html out;
    layout(out, request, "Event", [&](web::Html& body) {
        body.write<"<h1>Event {}</h1><p>{}</p>">(id, request.get<web::Session>().string("note"));
    });
    return web::Response::html(std::move(out));
}

web::Site make_site(web::SessionStore& store, bool secure) {
    web::Site site({.languages = {"en", "de", "fr"}, .secure_cookies = secure});
    site.use(web::security_headers({.hsts = secure}));
    site.use(web::sessions(store, {.secure = secure}));
    site.use(web::csrf({.secure = secure}));
    site.pages().route(web::get_post, "/note/", note).get("/events/{id:int}/", event);
    return site;
}

}  // namespace

TEST(Example, WorksOverTheWire) {
    MemoryStore store;
    web::Site site = make_site(store, false);
    web::Hosts hosts({.production = false, .development_default = "crush.lu"});
    hosts.add("crush.lu", {"crush.localhost"}, std::ref(site));
    RunningServer server(std::ref(hosts));

    Client client(server.port());
    client.send("GET /note/ HTTP/1.1\r\nHost: localhost\r\nAccept-Language: de\r\n\r\n");
    EXPECT_TRUE(client.read().has("Location: /de/note/\r\n"));
    client.send("GET /de/note/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const Answer form = client.read();
    EXPECT_EQ(form.status, 200);
    const std::string token = form.body.substr(form.body.find("value=\"") + 7, 64);
    const std::string csrf = form.head.substr(form.head.find("csrf="), 5 + 32);

    const auto post = [&](const std::string& body, const std::string& cookie) {
        client.send("POST /de/note/ HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie +
                    "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
        return client.read();
    };
    EXPECT_EQ(post("text=x", csrf).status, 403);
    EXPECT_EQ(post("text=&csrf_token=" + token, csrf).status, 422);
    const Answer saved = post("text=%3Cb%3E&csrf_token=" + token, csrf);
    EXPECT_EQ(saved.status, 303);
    EXPECT_TRUE(saved.has("Location: /de/events/7/\r\n"));
    const std::string session = saved.head.substr(saved.head.find("session="), 8 + 32);
    client.send("GET /de/events/7/ HTTP/1.1\r\nHost: localhost\r\nCookie: " + session + "\r\n\r\n");
    EXPECT_NE(client.read().body.find("<h1>Event 7</h1><p>&lt;b&gt;</p>"), std::string::npos);
}
